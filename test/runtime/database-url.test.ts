import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../support/database.ts';
import {
  events,
  finishOnsale,
  freePort,
  freshDataDir,
  postgresPid,
  serveOnsale,
  toDatabaseUrl,
} from '../support/onsale-process.ts';
import { untilJournaled } from '../support/until-journaled.ts';

test('DATABASE_URL uses that server instead of a private one, with the same demo and the same key file', async () => {
  const DATABASE_URL = toDatabaseUrl((await createTestDatabase()).connection);
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { env: { DATABASE_URL } });
  assert.equal((await events(server)).items.length, 2);
  assert.match(server.stdout(), /DATABASE_URL/);
  assert(!server.stdout().includes(`:${new URL(DATABASE_URL).password}@`));
  assert.match(await readFile(join(dataDir, 'owner.key'), 'utf8'), /^onsale_\S+\n$/);
  assert.equal(await postgresPid(dataDir), undefined);
  assert.equal(await server.stop(), 0);
});

test('a second Onsale on the same database joins the first, and goes on alone when that is killed', async () => {
  const { connection } = await createTestDatabase();
  const DATABASE_URL = toDatabaseUrl(connection);
  const first = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL } });
  const { items } = await events(first);
  const held = await Promise.all(items.map(({ eventId }) => hold(first.url, eventId)));
  const second = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL } });
  // Wherever the event is owned by now, both know its holds.
  for (const one of held) {
    for (const { url } of [first, second]) assert.equal(await statusOf(url, one), 200);
  }
  const other = await Promise.all(items.map(({ eventId }) => hold(second.url, eventId)));
  assert.equal((await buy(first.url, other[0]!)).status, 201);
  await untilJournaled(connection, [...held, other[1]!]);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const killedAt = performance.now();
  // An event that there is not has an owner as well: who answers 404 decides about it.
  for (let eventId = 1; eventId <= 30; eventId++) {
    while ((await fetch(`${second.url}/api/events/${eventId}/availability`)).status === 503) {
      assert.ok(performance.now() - killedAt < 30_000, 'an event does not answer again');
      await sleep(50);
    }
  }
  process.stdout.write(`   answers again ${Math.round(performance.now() - killedAt)} ms after kill -9 of the other\n`);
  for (const one of [...held, other[1]!]) assert.equal(await statusOf(second.url, one), 200);
  assert.equal((await buy(second.url, held[0]!)).status, 201);
  assert.equal(await second.stop(), 0);
  const third = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL } });
  assert.equal(await statusOf(third.url, held[1]!), 200);
  assert.equal(await third.stop(), 0);
});

interface Held {
  readonly reservationId: string;
  readonly sessionToken: string;
}

async function hold(url: string, eventId: number): Promise<Held> {
  const event = await fetch(`${url}/api/events/${eventId}`);
  const { ticketTypes } = (await event.json()) as { ticketTypes: { ticketTypeId: number }[] };
  const response = await fetch(`${url}/api/tickets/reserve`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ eventId, ticketTypeId: ticketTypes[0]!.ticketTypeId, quantity: 2 }),
  });
  assert.equal(response.status, 201);
  return (await response.json()) as Held;
}

async function statusOf(url: string, { reservationId, sessionToken }: Held): Promise<number> {
  const headers = { 'x-session-token': sessionToken };
  return (await fetch(`${url}/api/tickets/reservation/${reservationId}`, { headers })).status;
}

function buy(url: string, { reservationId, sessionToken }: Held): Promise<Response> {
  return fetch(`${url}/api/tickets/purchase`, {
    method: 'POST',
    headers: { 'x-session-token': sessionToken, 'content-type': 'application/json' },
    body: JSON.stringify({
      reservationId,
      customerName: 'Ada',
      customerEmail: 'ada@example.com',
      payment: { token: 'tok_ok' },
    }),
  });
}

test('what is wrong with DATABASE_URL is said in one line without the password', async () => {
  const good = new URL(toDatabaseUrl((await createTestDatabase()).connection));
  const port = await freePort();
  const wrong = new URL(good);
  wrong.password = 'hush';
  const cases: [url: string, pattern: RegExp][] = [
    [`postgres://onsale:hush@127.0.0.1:${port}/onsale`, /cannot be reached/],
    ['postgres://onsale:hush@no-such-host.invalid/onsale', /host name is unknown/],
    [good.href.replace(/\/[^/]*$/, '/no_such_database'), /no_such_database .* does not exist/],
    [wrong.href, /refuses the user or the password/],
  ];
  const args = ['serve', '--port', '0', '--data-dir', await freshDataDir()];
  for (const [DATABASE_URL, pattern] of cases) {
    const run = await finishOnsale(args, { env: { DATABASE_URL } });
    assert.equal(run.code, 1);
    assert.match(run.stderr, pattern);
    assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
    assert(!run.stderr.includes('hush'), run.stderr);
  }
});
