import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { everyRole } from '../../src/kernel/process-role.ts';
import { createUrlClient } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { freshDataDir, type OnsaleServer, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';

test('a process that only sells, and one that does all else, are one Onsale; without the first nothing is decided', async () => {
  const { connection } = await createTestDatabase();
  const env = { DATABASE_URL: toDatabaseUrl(connection), RATE_LIMITS: 'off', DEMO: 'off' };
  const sellingDir = await freshDataDir();
  const selling = await serveOnsale(sellingDir, { env: { ...env, ROLES: 'booking' } });
  const rest = everyRole.filter((role) => role !== 'booking').join(',');
  const showing = await serveOnsale(await freshDataDir(), { env: { ...env, ROLES: rest } });
  const key = (await readFile(join(sellingDir, 'owner.key'), 'utf8')).trim();
  const [box, shop] = [selling, showing].map(({ url }: OnsaleServer) => createUrlClient(url));
  const staff = { authorization: `Bearer ${key}` };

  // The catalogue is elsewhere, and its changes are decided where the event is owned.
  const made = await shop!.send('POST', '/api/events', staff, {
    title: 'Two Halves',
    venue: 'Hall',
    startsAt: '2035-06-01T20:00:00Z',
    currency: 'EUR',
    status: 'published',
    ticketTypes: [{ name: 'Entry', price: 20, capacity: 50 }],
  });
  assert.equal(made.status, 201, made.text);
  const { eventId, ticketTypes } = made.body;
  const { ticketTypeId } = ticketTypes[0];
  const held = await box!.send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 2 });
  assert.equal(held.status, 201, held.text);
  const path = `/api/events/${eventId}/ticket-types/${ticketTypeId}`;
  const shrunk = await shop!.send('PUT', path, staff, { capacity: 30 });
  assert.equal(shrunk.status, 200, shrunk.text);
  const shown = await shop!.send('GET', `/api/events/${eventId}/availability`, {});
  assert.deepEqual(
    [shown.body.ticketTypes[0].capacity, shown.body.ticketTypes[0].held, shown.body.ticketTypes[0].available],
    [30, 2, 28],
  );
  // What was answered there by way of the pipe is no page of its own.
  assert.equal((await box!.send('GET', `/api/events/${eventId}/availability`, {})).status, 404);
  assert.equal((await shop!.send('POST', '/api/tickets/reserve', {}, { eventId, quantity: 1 })).status, 404);
  const paid = await box!.send(
    'POST',
    '/api/tickets/purchase',
    { 'x-session-token': held.body.sessionToken },
    { reservationId: held.body.reservationId, customerEmail: 'ada@example.org', payment: { token: 'tok_ok' } },
  );
  assert.equal(paid.status, 201, paid.text);

  assert.equal(await selling.stop(), 0);
  const undecided = await shop!.send('PUT', path, staff, { capacity: 20 });
  assert.equal(undecided.status, 503, undecided.text);
  assert.ok(Number(undecided.headers['retry-after']) > 0);
  assert.match(String(undecided.headers['content-type']), /^application\/problem\+json/);
  assert.equal((await shop!.send('GET', `/api/events/${eventId}`, {})).status, 200);
  assert.equal((await shop!.send('GET', '/health/ready', {})).status, 200);
  assert.equal(await showing.stop(), 0);
  for (const { stderr } of [selling, showing]) assert.doesNotMatch(stderr(), /"level":50/);
});

test('workers have the roles that they all were started with', async () => {
  const { connection } = await createTestDatabase();
  const server = await serveOnsale(await freshDataDir(), {
    env: { DATABASE_URL: toDatabaseUrl(connection), DEMO: 'off' },
    args: ['--workers', '2', '--roles', 'search,identity'],
  });
  for (const [path, status] of [
    ['/api/search?term=x', 200],
    ['/.well-known/jwks.json', 200],
    ['/api/events', 404],
  ] as const) {
    assert.equal((await fetch(`${server.url}${path}`)).status, status, path);
  }
  assert.equal(await server.stop(), 0);
});
