import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';

describe('what other services read by SQL', () => {
  let desk: TestApp;
  let office: BoxOffice;
  before(async () => {
    desk = await startTestApp();
    office = boxOffice(desk);
  });

  const counted = async (table: 'tickets' | 'tickets_now', eventId: number) => {
    const rows = await desk.database.query<{ status: string; count: number }>(
      `SELECT status, count(*) AS count FROM ${table} WHERE event_id = $1 GROUP BY status`,
      [eventId],
    );
    return Object.fromEntries(rows.map(({ status, count }) => [status, count]));
  };
  const transactions = (eventId: number) =>
    desk.database.query<{ user: string | null; id: string; at: Date; status: string }>(
      `SELECT user_id AS "user", transaction_id AS id, transaction_date AS at, status FROM event_ticket_transactions
       WHERE event_id = $1 ORDER BY transaction_date, status`,
      [eventId],
    );

  test('tickets_now counts what is held, tickets counts what is written', async () => {
    const { eventId } = await office.show();
    const held = await office.hold({ eventId, quantity: 3 });
    const other = await office.hold({ eventId, quantity: 2 });
    await desk.runJobs();
    assert.deepEqual(await counted('tickets', eventId), { Available: 10 });
    assert.deepEqual(await counted('tickets_now', eventId), { Available: 5, Held: 5 });
    const rows = await desk.database.query<{ ticketId: string; until: Date }>(
      `SELECT ticket_id AS "ticketId", held_until AS until FROM tickets_now WHERE reservation_id = $1`,
      [held.reservationId],
    );
    const ids = (tickets: readonly { ticketId: string }[]) => tickets.map(({ ticketId }) => ticketId).sort();
    assert.deepEqual(ids(rows), ids(held.tickets));
    assert.ok(rows.every(({ until }) => until.toISOString() === held.expiresAt));
    await office.pay(held);
    await office.release(other);
    await desk.runJobs();
    assert.deepEqual(await counted('tickets_now', eventId), { Available: 7, Sold: 3 });
    assert.deepEqual(await counted('tickets', eventId), { Available: 7, Sold: 3 });
  });

  test('a hold that ended and the next one of its places count a ticket once', async () => {
    const { eventId } = await office.show({ ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 2 }] });
    await office.hold({ eventId, quantity: 2 });
    await desk.runJobs();
    await desk.database.query(
      `INSERT INTO hold_journal (reservation_id, event_id, hold, expires_at, organizer_id)
       SELECT reservation_id || 'OLD', event_id, hold, expires_at - interval '1 second', organizer_id FROM hold_journal WHERE event_id = $1`,
      [eventId],
    );
    assert.deepEqual(await counted('tickets_now', eventId), { Held: 2 });
  });

  test('event_ticket_transactions says who bought, what was declined, and what the counters do not know yet', async () => {
    const { eventId } = await office.show();
    await desk.runJobs();
    const held = await office.hold({ eventId, quantity: 1 });
    const declined = await office.pay(held, { card: 'tok_declined' });
    assert.equal(declined.status, 402, declined.text);
    const bought = await office.pay(held);
    assert.equal(bought.status, 201, bought.text);
    const before = await transactions(eventId);
    const ofBookings = before.filter(({ user }) => user !== null);
    assert.deepEqual(ofBookings.map(({ status }) => status).sort(), ['completed', 'failed']);
    assert.ok(ofBookings.some(({ id, status }) => status === 'completed' && id === bought.body.transactionId));
    const waiting = before.filter(({ user }) => user === null);
    assert.ok(waiting.length > 0 && waiting.every(({ status }) => status === 'pending'));
    await desk.runJobs();
    assert.equal((await transactions(eventId)).length, 2, 'counted: the messages are gone');
  });
});
