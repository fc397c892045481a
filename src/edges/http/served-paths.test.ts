import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServedPaths } from './served-paths.ts';

const paths = createServedPaths();
for (const [method, pattern] of [
  ['GET', '/'],
  ['GET', '/api/events'],
  ['GET', '/api/events/:eventId'],
  ['PUT', '/api/events/:eventId'],
  ['GET', '/api/events/:eventId/ticket-types/:ticketTypeId'],
  ['POST', '/api/tickets/reserve'],
  ['GET', '/api/tickets/:id'],
  ['GET', '/api/tickets/reservation/:id'],
  ['GET', '/api/orders/:token'],
  ['GET', '/docs/static/*'],
] as const)
  paths.add(method, pattern);

test('what routes say is spelled as they say it, what they leave open stays', () => {
  const spellings = {
    '/api/Events': '/api/events',
    '/API/EVENTS/7?Term=Piano': '/api/events/7?Term=Piano',
    '/api/Events/': '/api/events/',
    '/api/EVENTS/7/Ticket-Types/8': '/api/events/7/ticket-types/8',
    '/api/Orders/Ab.C-d_E': '/api/orders/Ab.C-d_E',
    '/Api/Tickets/Reservation/RES_20301203123456_A2B3C4D5': '/api/tickets/reservation/RES_20301203123456_A2B3C4D5',
    '/Docs/Static/Logo.SVG': '/docs/static/Logo.SVG',
    '/api/tickets/RESERVE': '/api/tickets/reserve',
    '/API/TICKETS/0190A6F2-7C1E-7D3A-9B52-3F6C1D2E4A5B': '/api/tickets/0190a6f2-7c1e-7d3a-9b52-3f6c1d2e4a5b',
    '/api/tickets/0190A6F2-7C1E-7D3A-9B52-3F6C1D2E4A5': '/api/tickets/0190A6F2-7C1E-7D3A-9B52-3F6C1D2E4A5',
  };
  for (const [asked, spelled] of Object.entries(spellings)) {
    assert.equal(paths.spelled(asked), spelled);
    assert.equal(paths.spelled(spelled), spelled);
  }
});

test('what no route has stays as it is', () => {
  for (const url of [
    '/Nothing',
    '/api/Events/7/Nothing',
    '*',
    '',
    '//API/Events',
    '/api//Events',
    'http://HOST/api/Events',
    '/?A=B',
  ])
    assert.equal(paths.spelled(url), url);
});

test('a path has the methods of the route that names it most exactly', () => {
  assert.deepEqual(paths.methodsOf('/api/events/7'), ['GET', 'PUT']);
  assert.deepEqual(paths.methodsOf('/api/tickets/reserve'), ['POST']);
  assert.deepEqual(paths.methodsOf('/api/tickets/7'), ['GET']);
  assert.deepEqual(paths.methodsOf('/'), ['GET']);
  assert.deepEqual(paths.methodsOf('/nothing'), []);
});
