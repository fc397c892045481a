import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { rebuildBookings } from '../../src/features/booking/index.ts';
import { rebuildCounters } from '../../src/features/catalog/index.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { createInProcessLocks } from '../../src/platform/locks/in-process-locks.ts';
import { startTestApp } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';
import { sellShow } from '../verify/sold-show.ts';

const locks = createInProcessLocks({ clock: systemClock });

describe('rebuilding bookings from the event store', () => {
  test('makes exactly the rows that the sale had made', needs('database'), async () => {
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
    // What the provider was handed stands in no event: it is not part of a read model.
    const withoutDetail = before.map((row) => ({ ...row, payment_detail: null }));
    assert.deepEqual(await all(), withoutDetail);
    await office.assertSound();
  });

  test(
    'finds nothing to correct where a writer had looked at the clock before another',
    needs('clock', 'database'),
    async () => {
      const app = await startTestApp();
      const office = boxOffice(app);
      const show = await office.show();
      const held = await office.hold({ eventId: show.eventId, quantity: 3 });
      const { body } = await office.pay(held);
      const read = async () => (await office.send('GET', `/api/bookings/${body.bookingId}`, office.owner(held))).body;
      app.clock.advance(60_000);
      await office.send('POST', `/api/tickets/${held.tickets[0]!.ticketId}/cancel`, office.owner(held));
      const { updatedAt } = await read();
      app.clock.advance(-1_000);
      await office.send('POST', `/api/tickets/${held.tickets[1]!.ticketId}/cancel`, office.owner(held));
      assert.equal((await read()).updatedAt, updatedAt, 'a row’s time never goes back');
      assert.equal((await rebuildBookings(app.database)).corrected, 0);
    },
  );

  test('runs in the middle of a sale', needs('database', 'process'), async () => {
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

describe('rebuilding the counters of free places', () => {
  test('makes exactly those that the sale had made, less what messages will add yet', needs('database'), async () => {
    const app = await startTestApp();
    const { database } = app;
    const office = boxOffice(app);
    await sellShow(app);
    const show = await office.show();
    await app.runJobs();
    const held = await office.hold({ eventId: show.eventId, quantity: 2 });
    await office.pay(held);
    await office.send('POST', `/api/tickets/${held.tickets[0]!.ticketId}/cancel`, office.owner(held));
    const waiting = await database.query(`SELECT FROM outbox WHERE topic = 'inventory.changed'`);
    assert.ok(waiting.length > 0, 'messages wait');
    const all = () =>
      database.query(`SELECT event_id, NULL AS type, available_capacity AS free FROM events
        UNION ALL SELECT event_id, ticket_type_id, available_count FROM ticket_types ORDER BY 1, 2`);
    const before = await all();
    assert.equal((await rebuildCounters(database, locks)).corrected, 0);
    await database.query('UPDATE ticket_types SET available_count = 0');
    await database.query('UPDATE events SET available_capacity = 0');
    const progress: number[] = [];
    const { corrected, total } = await rebuildCounters(database, locks, ({ done }) => progress.push(done));
    assert.deepEqual([corrected, progress], [before.filter(({ free }) => free !== 0).length, [total]]);
    assert.deepEqual(await all(), before);
    await app.runJobs();
    await office.assertSound();
    await office.hasFree(show.eventId, 9);
  });

  test('runs in the middle of a sale', needs('database', 'process'), async () => {
    const app = await startTestApp();
    const office = boxOffice(app);
    const show = await office.show({ ticketTypes: [{ name: 'Entry', price: 25.5, capacity: 60 }] });
    const buy = async () => {
      const held = await office.hold({ eventId: show.eventId, quantity: 1 });
      assert.equal((await office.pay(held)).status, 201);
      await app.core.relay();
    };
    const rebuilds = async () => {
      for (let i = 0; i < 10; i++) assert.equal((await rebuildCounters(app.database, locks)).corrected, 0);
    };
    await Promise.all([...Array.from({ length: 30 }, buy), rebuilds()]);
    await app.runJobs();
    assert.equal((await rebuildCounters(app.database, locks)).corrected, 0);
    await office.assertSound();
  });
});
