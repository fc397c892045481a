import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rebuildBookings } from '../../src/features/booking/index.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { sellShow } from '../verify/sold-show.ts';

describe('rebuilding bookings from the event store', () => {
  test('makes exactly the rows that the sale had made', async () => {
    const app = await startTestApp();
    const office = boxOffice(app);
    await sellShow(app);
    const show = await office.show();
    const partly = await office.hold({ eventId: show.eventId, quantity: 3 });
    await office.pay(partly);
    await office.send('POST', `/api/tickets/${partly.tickets[0]!.ticketId}/cancel`, office.owner(partly));
    await office.send('PUT', `/api/events/${show.eventId}`, office.staff, { startsAt: '2027-04-01T20:00:00Z' });
    await app.runJobs();
    const { database } = app;
    const all = () => database.query('SELECT * FROM bookings ORDER BY booking_id');
    const before = await all();
    assert.deepEqual(await rebuildBookings(database), { done: before.length, total: before.length, corrected: 0 });

    await database.query(`UPDATE bookings SET status = 'failed', total_minor = 1, ticket_ids = '{}', version = 9,
      session_id = NULL, cancelled_ticket_ids = '{}', refunded_minor = 7, refund_due_minor = 7, updated_at = now(),
      transaction_id = NULL, failure_code = 'X'`);
    const progress: number[] = [];
    const rebuilt = await rebuildBookings(database, ({ done }) => progress.push(done));
    assert.equal(rebuilt.corrected, before.length);
    assert.deepEqual(progress, [before.length]);
    assert.deepEqual(await all(), before);

    await database.query('DELETE FROM bookings');
    await rebuildBookings(database);
    // What the provider was handed is not told by events: it is no read model.
    const withoutDetail = before.map((row) => ({ ...row, payment_detail: null }));
    assert.deepEqual(await all(), withoutDetail);
    await office.assertSound();
  });

  test('runs in the middle of a sale', async () => {
    const app = await startTestApp();
    const office = boxOffice(app);
    const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 60 }] });
    const buy = async () => {
      const held = await office.hold({ eventId: show.eventId, quantity: 1 });
      const bought = await office.pay(held);
      assert.equal(bought.status, 201, bought.text);
      const url = `/api/bookings/${bought.body.bookingId}`;
      assert.equal((await office.send('DELETE', url, office.owner(held))).status, 200);
    };
    const rebuilds = async () => {
      for (let i = 0; i < 5; i++) assert.equal((await rebuildBookings(app.database)).corrected, 0);
    };
    await Promise.all([...Array.from({ length: 40 }, buy), rebuilds()]);
    assert.equal((await rebuildBookings(app.database)).corrected, 0);
    await app.runJobs();
    await office.assertSound();
  });
});
