import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTicketDesk } from '../support/ticket-desk.ts';

const desk = await openTicketDesk();
const { eventId, ticketTypes } = await desk.show();
const { ticketTypeId } = ticketTypes[0];
const other = await desk.show();
const ids = await desk.ticketIds(eventId);
const [foreignId] = await desk.ticketIds(other.eventId);
const unknownId = '0192f0c0-0000-7000-8000-000000000000';

const badBodies: Record<string, [string, unknown, number]> = {
  'no event': ['/api/tickets', {}, 400],
  'an event id as text': ['/api/tickets', { eventId: '1' }, 400],
  'an event id beyond 2^31': ['/api/tickets', { eventId: 2 ** 31 }, 400],
  'an event id beyond 2^63': ['/api/tickets/bulk', { eventId: 2 ** 64, quantity: 1 }, 400],
  'a type id beyond 2^31': ['/api/tickets', { eventId, ticketTypeId: 2 ** 31 }, 400],
  'a type that is not there': ['/api/tickets', { eventId, ticketTypeId: 2_000_000_000 }, 404],
  'an unknown field': ['/api/tickets', { eventId, colour: 'red' }, 400],
  'quantity 0': ['/api/tickets/bulk', { eventId, quantity: 0 }, 400],
  'quantity -1': ['/api/tickets/bulk', { eventId, quantity: -1 }, 400],
  'quantity 1.5': ['/api/tickets/bulk', { eventId, quantity: 1.5 }, 400],
  'quantity as text': ['/api/tickets/bulk', { eventId, quantity: '2' }, 400],
  'no quantity': ['/api/tickets/bulk', { eventId, ticketTypeId }, 400],
  'too many at once': ['/api/tickets/bulk', { eventId, quantity: 1_000_000 }, 400],
  'a list instead of an object': ['/api/tickets/bulk', [], 400],
  'a block without a reason': ['/api/tickets/block', { eventId, ticketIds: [ids[0]] }, 400],
  'a block of nothing': ['/api/tickets/block', { eventId, ticketIds: [], reason: 'x' }, 400],
  'a block that names no places': ['/api/tickets/block', { eventId, reason: 'x' }, 400],
  'a block in two ways': ['/api/tickets/block', { eventId, ticketIds: [ids[0]], seatGuids: ['1'], reason: 'x' }, 400],
  'a ticket twice': ['/api/tickets/block', { eventId, ticketIds: [ids[0], ids[0]], reason: 'x' }, 400],
  'a ticket of another event': ['/api/tickets/block', { eventId, ticketIds: [ids[0], foreignId], reason: 'x' }, 404],
  'a ticket of no event': ['/api/tickets/release', { eventId, ticketIds: [ids[0], unknownId] }, 404],
  'tickets of an unknown event': ['/api/tickets/release', { eventId: 2_000_000_000, ticketIds: [ids[0]] }, 404],
  'a seat of a show without seats': ['/api/tickets/unblock', { eventId, seatGuids: ['1-1'] }, 404],
  'a seat of no event': ['/api/tickets/unblock', { eventId: 2_000_000_000, seatGuids: ['1-1'] }, 404],
  'an id that is none': ['/api/tickets/release', { eventId, ticketIds: ['1; DROP TABLE tickets'] }, 400],
  'NUL in a reason': ['/api/tickets/block', { eventId, ticketIds: [ids[0]], reason: 'a\u0000b' }, 400],
  'a lone surrogate in a reason': ['/api/tickets/block', { eventId, ticketIds: [ids[0]], reason: 'a\ud800b' }, 400],
  'NUL in a seat': ['/api/tickets/unblock', { eventId, seatGuids: ['1\u0000'] }, 400],
};

for (const [what, [url, payload, status]] of Object.entries(badBodies)) {
  test(`${url} refuses ${what}, and nothing changes`, async () => {
    const answer = await desk.send('POST', url, payload as object);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    assert.equal(answer.body.status, status);
    assert.match(answer.body.code, /^[A-Z_]+$/);
    assert.match(String(answer.headers['content-type']), /^application\/problem\+json/);
    await desk.hasFree(eventId, 10);
  });
}

test('a body that would change a prototype, plainly or in escapes, is refused as one that is no JSON', async () => {
  const bodies = [
    '{"eventId":1,"__proto__":{"quantity":1}}',
    '{"eventId":1,"\\u005f_proto__":{"quantity":1}}',
    '{"eventId":1,"constructor":{"prototype":{"quantity":1}}}',
    '{"eventId":1,"c\\u006fnstructor":{"prototype":{"quantity":1}}}',
    '{"eventId":1',
    'eventId',
  ];
  for (const payload of bodies) {
    const headers = { 'content-type': 'application/json' };
    const answer = await desk.app.inject({ method: 'POST', url: '/api/tickets/reserve', payload, headers });
    assert.equal(answer.statusCode, 400, payload);
    assert.equal(answer.json().code, 'BODY_INVALID', payload);
  }
  const named = { eventId: other.eventId, quantity: 1, customer: { name: 'constructor \\u005f' } };
  assert.equal((await desk.send('POST', '/api/tickets/reserve', named, {})).status, 201);
});

test('a change of status refuses what is no status, no ticket and no reason', async () => {
  const patch = (id: string, payload: object) => desk.send('PATCH', `/api/tickets/${id}/status`, payload);
  const bad: [string, object, number][] = [
    [ids[0]!, {}, 400],
    [ids[0]!, { status: 'sold' }, 400],
    [ids[0]!, { status: 'Blocked' }, 400],
    [ids[0]!, { status: 'Reserved', colour: 'red' }, 400],
    [ids[0]!, { status: 'Reserved', reason: 'a\u0000b' }, 400],
    [ids[0]!, { status: 'Reserved', reason: 'x'.repeat(501) }, 400],
    ['1', { status: 'Reserved' }, 400],
    [unknownId, { status: 'Reserved' }, 404],
  ];
  for (const [id, payload, status] of bad) {
    const answer = await patch(id, payload);
    assert.equal(answer.status, status, `${id} ${JSON.stringify(payload)} ${JSON.stringify(answer.body)}`);
  }
  assert.equal((await desk.send('DELETE', `/api/tickets/${unknownId}`)).status, 404);
  assert.equal((await desk.send('DELETE', '/api/tickets/9223372036854775808')).status, 400);
  assert.equal((await desk.send('DELETE', `/api/tickets/${ids[0]}?colour=red`)).status, 400);
  assert.equal(await desk.statusOf(ids[0]!), 'Available');
});

test('reading refuses unknown parameters, strange cursors and numbers out of range', async () => {
  const cursors = ['rubbish', 'W10', 'WzEsMl0', 'WyJhIiwiYiJd', Buffer.from('[1,"a"]').toString('base64url')];
  const urls = [
    `/api/tickets/event/${eventId}?colour=red`,
    `/api/tickets/event/${eventId}?status=available`,
    `/api/tickets/event/${eventId}?limit=51`,
    `/api/tickets/event/${eventId}?limit=0`,
    `/api/tickets/event/${2 ** 31}`,
    '/api/tickets/event/9223372036854775808',
    '/api/tickets/event/x',
    '/api/tickets?eventId=1.5',
    '/api/tickets/not-a-ticket',
    '/event/0',
    '/event/x',
    ...cursors.map((cursor) => `/api/tickets?cursor=${cursor}`),
    ...cursors.slice(0, 2).map((cursor) => `/api/tickets/event/${eventId}?status=Held&cursor=${cursor}`),
  ];
  for (const url of urls) {
    for (const headers of [{}, desk.keyHeaders]) {
      const answer = await desk.send('GET', url, undefined, headers);
      assert.equal(answer.status, 400, `${url}: ${JSON.stringify(answer.body)}`);
    }
  }
  const session = (await desk.hold(eventId, [ids[9]!])).body.sessionToken;
  for (const cursor of cursors) {
    const mine = await desk.send('GET', `/api/tickets?cursor=${cursor}`, undefined, { 'x-session-token': session });
    assert.equal(mine.status, 400);
  }
  for (const url of [`/api/tickets/${unknownId}`, '/api/tickets/event/2000000000', '/event/2000000000']) {
    assert.equal((await desk.send('GET', url, undefined, {})).status, 404);
  }
  assert.equal((await desk.send('GET', '/api/tickets?eventId=2000000000', undefined, {})).body.items.length, 0);
});

test('staff routes need a key with the scope for tickets', async () => {
  const requests: ['POST' | 'PATCH' | 'DELETE', string, object?][] = [
    ['POST', '/api/tickets', { eventId }],
    ['POST', '/api/tickets/bulk', { eventId, quantity: 1 }],
    ['POST', '/api/ticket/block', { eventId, ticketIds: [ids[0]], reason: 'x' }],
    ['POST', '/api/ticket/unblock', { eventId, ticketIds: [ids[0]] }],
    ['POST', '/api/ticket/release', { eventId, ticketIds: [ids[0]] }],
    ['PATCH', `/api/tickets/${ids[0]}/status`, { status: 'Cancelled' }],
    ['DELETE', `/api/tickets/${ids[0]}`],
  ];
  for (const [method, url, payload] of requests) {
    assert.equal((await desk.send(method, url, payload, {})).status, 401, url);
  }
});
