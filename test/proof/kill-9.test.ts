import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { withDatabase } from '../../src/cli/with-database.ts';
import { readSettings } from '../../src/config.ts';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import { asTest, type TestDatabase } from '../support/database.ts';

import { freshDataDir, type OnsaleServer, postgresPid, serveOnsale } from '../support/onsale-process.ts';
import { buyUntilTheEnd, isFinal, type Order, seededRandom, send, settle, type Ticket } from './buyers.ts';

const rounds = 20;
const buyersAtOnce = 24;
const seed = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000);

/** What dies: the server, the server and PostgreSQL, or PostgreSQL, which the server starts again before it dies too. */
const victims = ['server', 'server', 'both', 'server', 'postgres'] as const;

async function kill(server: OnsaleServer, dataDir: string, victim: (typeof victims)[number]): Promise<void> {
  const postgres = victim === 'server' ? undefined : await postgresPid(dataDir);
  if (postgres !== undefined) process.kill(postgres, 'SIGKILL');
  if (victim === 'postgres') await untilStartedAgain(server, dataDir, postgres!);
  process.kill(server.pid, 'SIGKILL');
  await server.exited;
}

async function untilStartedAgain({ url }: OnsaleServer, dataDir: string, before: number): Promise<void> {
  for (let time = 0; time < 3_000; time++) {
    const pid = await postgresPid(dataDir);
    if (pid !== undefined && pid !== before && (await fetch(`${url}/health/ready`)).status === 200) return;
    await sleep(20);
  }
  assert.fail('PostgreSQL was not started again');
}

/** Puts a show on sale and answers its id. */
async function openShow(url: string, dataDir: string, capacity: number): Promise<number> {
  const key = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  const response = await fetch(`${url}/api/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify({
      title: `Show of ${capacity}`,
      eventDate: new Date(Date.now() + 90 * 86_400_000).toISOString(),
      venue: 'Hall',
      venueAddress: 'Main Street 1',
      ticketTypes: [{ name: 'Entry', price: 12.5, capacity }],
    }),
  });
  const text = await response.text();
  assert.equal(response.status, 201, text);
  return JSON.parse(text).eventId;
}

/** Those who never had an answer ask again, with the same key, until they have one. */
async function askAgain(url: string, orders: readonly Order[]): Promise<void> {
  const unanswered = orders.filter(({ answer }) => answer === null);
  for (let time = 0; time < 50; time++) {
    await Promise.all(unanswered.filter(({ answer }) => answer === null).map((order) => settle(url, order)));
    // A hold that was lost with the server may be somebody else's by now: 409 is the end of it.
    if (unanswered.every(({ answer }) => answer !== null)) return;
    await sleep(20);
  }
  for (const order of unanswered.filter(({ answer }) => answer === null)) {
    const { status, text } = await send(url, order);
    assert.ok(isFinal(status) || status === 409, `no end for ${order.key}: ${status} ${text}`);
    order.answer = { status, text };
  }
}

/** A moment of a sale is so many orders, not so many milliseconds: on a slow machine nothing would have begun. */
async function untilBusy(orders: readonly Order[], count: number): Promise<void> {
  for (let time = 0; time < 2_000 && orders.length < count; time++) await sleep(5);
}

test(`kill -9 at ${rounds} moments of a sale loses no acknowledged purchase and sells no place twice`, async (t) => {
  t.diagnostic(`KILL_SEED=${seed}`);
  const random = seededRandom(seed);
  const dataDir = await freshDataDir();
  let server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  const large = await openShow(server.url, dataDir, 20_000);
  const orders: Order[] = [];
  for (let round = 0; round < rounds; round++) {
    const small = await openShow(server.url, dataDir, 60);
    const { url } = server;
    const buyers = Array.from({ length: buyersAtOnce }, () => buyUntilTheEnd(url, [large, small], orders, random));
    await untilBusy(orders, orders.length + 1 + Math.floor(random() * 60));
    await sleep(random() * 50);
    await kill(server, dataDir, victims[round % victims.length]!);
    await Promise.all(buyers);
    server = await serveOnsale(dataDir, { args: ['--no-demo'] });
    await askAgain(server.url, orders);
  }
  const sold = orders.filter(({ answer }) => answer?.status === 201);
  t.diagnostic(`${orders.length} orders, ${sold.length} acknowledged`);
  assert.ok(sold.length > rounds * 5, `only ${sold.length} purchases: nothing was tried`);
  for (const order of sold.filter((_, i) => i % 20 === 0)) {
    assert.deepEqual(await send(server.url, order), order.answer, 'a replay answers the same bytes');
  }
  const settings = readSettings({ DATA_DIR: dataDir });
  assert.ok(settings.accepted);
  await withDatabase(settings.value, (database) => assertNothingLost(asTest(database), orders));
  assert.equal(await server.stop(), 0);
});

async function assertNothingLost(database: TestDatabase, orders: readonly Order[]): Promise<void> {
  const rows = await database.query<Ticket & { bookingId: string }>(
    `SELECT t.ticket_id AS "ticketId", t.ticket_number AS "ticketNumber", t.booking_id AS "bookingId"
     FROM tickets t JOIN bookings b USING (booking_id) WHERE t.status = 'Sold' AND b.status = 'completed'`,
  );
  const soldTo = new Map(rows.map((ticket) => [ticket.ticketId, ticket]));
  const acknowledged = new Map<string, string>();
  for (const { key, answer, body } of orders) {
    if (answer?.status !== 201) continue;
    const { reservationId } = body;
    const { bookingId, tickets } = JSON.parse(answer.text) as { bookingId: string; tickets: Ticket[] };
    for (const { ticketId, ticketNumber } of tickets) {
      assert.deepEqual(soldTo.get(ticketId), { ticketId, ticketNumber, bookingId }, `order ${key} was lost`);
      // Another order of the same reservation, tried with another card while PostgreSQL was away, hears of the same booking.
      const before = acknowledged.get(ticketId) ?? reservationId;
      assert.equal(reservationId, before, `ticket ${ticketId} was sold to ${key} and for ${before}`);
      acknowledged.set(ticketId, reservationId);
    }
  }
  assert.equal(acknowledged.size, soldTo.size, 'everything sold was acknowledged in the end');
  const doubles = await database.query(
    `SELECT reservation_id FROM bookings WHERE status = 'completed' GROUP BY reservation_id HAVING count(*) > 1`,
  );
  assert.deepEqual(doubles, []);
  const open = await database.query(`SELECT booking_id FROM bookings WHERE status NOT IN ('completed', 'failed')`);
  assert.deepEqual(open, []);
  const { findings } = await verifyDatabase(database);
  assert.deepEqual(
    findings.filter(({ count }) => count > 0),
    [],
  );
}
