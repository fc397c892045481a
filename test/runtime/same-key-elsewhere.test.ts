import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { slotOf } from '../../src/platform/ownership/slots.ts';
import { makeShows, ownerKeyOf, trialEnv, until } from '../faults/scene.ts';
import { createUrlClient, type Reply } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { freshDataDir, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';
import { untilJournaled } from '../support/until-journaled.ts';

test('a server is killed with a hold and a charge under way: at the other the same keys find the same hold, and one booking', async () => {
  const { database, connection } = await createTestDatabase();
  const env = { ...trialEnv, DATABASE_URL: toDatabaseUrl(connection) };
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir, { env });
  const [owner] = await database.query<{ id: string }>(`SELECT process_id AS id FROM processes WHERE state = 'living'`);
  const second = await serveOnsale(await freshDataDir(), { env });
  const shows = await makeShows(first.url, await ownerKeyOf(dataDir), 24, 3);
  const owned = await database.query<{ slot: number }>('SELECT slot FROM slots WHERE process_id = $1', [owner!.id]);
  const mine = new Set(owned.map(({ slot }) => slot));
  const eventId = shows.find((one) => mine.has(slotOf(one)))!;
  const [here, there] = [createUrlClient(first.url), createUrlClient(second.url)];

  const [keptKey, boughtKey] = [randomUUID(), randomUUID()];
  const hold = (at: typeof here, key: string) =>
    at.send('POST', '/api/tickets/reserve', { 'idempotency-key': key }, { eventId, quantity: 1 });
  const [kept, held] = [await hold(here, keptKey), await hold(here, boughtKey)];
  for (const { status, text } of [kept, held]) assert.equal(status, 201, text);
  const { reservationId, sessionToken } = held.body;
  await untilJournaled(connection, [kept.body, held.body]);
  const headers = { 'x-session-token': sessionToken, 'idempotency-key': randomUUID() };
  const buy = (at: typeof here) =>
    at.send('POST', '/api/tickets/purchase', headers, {
      reservationId,
      payment: { provider: 'sandbox', token: 'tok_slow' },
    });
  const cut = assert.rejects(buy(here));
  const bookings = () =>
    database.query<{ bookingId: string; status: string }>(
      'SELECT booking_id AS "bookingId", status FROM bookings WHERE reservation_id = $1',
      [reservationId],
    );
  const charges = () => database.query('SELECT FROM sandbox_payments');
  // Before that nothing would be charged, and the same key would begin anew.
  await until('the bank knows of the charge', async () => (await charges()).length === 1);
  process.kill(first.pid, 'SIGKILL');
  await cut;

  // Asked again of the other at once, and until it owns the event.
  async function answered(ask: () => Promise<Reply>): Promise<Reply> {
    let reply = await ask();
    await until(
      'the other answers',
      async () => {
        if (![202, 409, 503].includes(reply.status)) return true;
        reply = await ask();
        return false;
      },
      60_000,
    );
    return reply;
  }
  const [bought, again] = await Promise.all([answered(() => buy(there)), answered(() => buy(there))]);
  assert.equal(bought.status, 201, bought.text);
  assert.equal(again.text, bought.text);
  const [booking, ...more] = await bookings();
  assert.deepEqual([booking, more], [{ bookingId: bought.body.bookingId, status: 'completed' }, []]);
  const payments = await database.query<{ state: string }>('SELECT state FROM payments WHERE booking_id = $1', [
    booking!.bookingId,
  ]);
  assert.deepEqual(payments, [{ state: 'captured' }]);
  // One charge at the bank, of all that this database knows.
  assert.equal((await charges()).length, 1);
  // The key of a hold is in the journal with it.
  const same = await answered(() => hold(there, keptKey));
  assert.deepEqual([same.status, same.body.reservationId], [201, kept.body.reservationId], same.text);
  const { ticketTypes } = (await there.send('GET', `/api/events/${eventId}/availability`)).body;
  const { available, held: heldNow, reserved, sold } = ticketTypes[0];
  assert.deepEqual([available, heldNow, reserved, sold], [1, 1, 0, 1]);
  assert.equal(await second.stop(), 0);
});
