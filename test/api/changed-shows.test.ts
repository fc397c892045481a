import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { startTestApp, type TestApp } from '../support/app.ts';
import { type BoxOffice, boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

let app: TestApp;
let office: BoxOffice;
before(async () => {
  app = await startTestApp();
  office = boxOffice(app);
});

async function sell(show: { eventId: number }, orders: number) {
  const sold: { held: Awaited<ReturnType<typeof office.hold>>; bookingId: string }[] = [];
  for (let i = 0; i < orders; i++) {
    const held = await office.hold({ eventId: show.eventId, quantity: 1, customerEmail: `buyer-${i}@example.org` });
    const { body, status, text } = await office.pay(held);
    assert.equal(status, 201, text);
    sold.push({ held, bookingId: body.bookingId });
  }
  return sold;
}
const change = (eventId: number, payload: object) =>
  office.send('PUT', `/api/events/${eventId}`, office.staff, payload);
const read = (bookingId: string) => office.send('GET', `/api/bookings/${bookingId}`, office.staff);
const progress = async (eventId: number) =>
  (await office.send('GET', `/api/events/${eventId}/changes`, office.staff)).body.items;
const mails = (kind: string) =>
  app.database.query<{ payload: { facts: { bookingId: string } } }>(
    `SELECT payload FROM outbox WHERE topic = 'mail.requested' AND payload ->> 'kind' = $1`,
    [kind],
  );
/** As the passing of time would, but leaving the mails where they are. */
async function processChanges() {
  await app.core.relay();
  await app.core.jobs.find(({ name }) => name.startsWith('notify buyers'))!.run();
}

describe('a show that is called off', () => {
  test(
    'cancels and refunds every booking once, however often it is processed',
    needs('database', 'jobs', 'process'),
    async () => {
      const show = await office.show({ cancellation: { allowed: false } });
      const sold = await sell(show, 5);
      assert.equal((await change(show.eventId, { status: 'cancelled' })).status, 200);
      await processChanges();
      assert.equal((await mails('event-cancelled')).length, 5);
      for (const { bookingId } of sold) {
        const { body } = await read(bookingId);
        assert.deepEqual([body.status, body.refundDue + body.refunded, body.refunds.length], ['cancelled', 25.5, 1]);
      }
      const [shown] = await progress(show.eventId);
      assert.deepEqual([shown.kind, shown.state, shown.total, shown.notified], ['cancelled', 'done', 5, 5]);
      assert.equal(shown.told, 5, 'under its name of the version before, too');
      await app.database.query(`UPDATE show_changes SET state = 'running', after_booking = NULL`);
      await processChanges();
      assert.equal((await mails('event-cancelled')).length, 0);
      for (const { bookingId } of sold) assert.equal((await read(bookingId)).body.refunds.length, 1);
      const rows = await app.database.query('SELECT 1 FROM tickets WHERE event_id = $1', [show.eventId]);
      assert.equal(rows.length, 10, 'no fresh tickets for a show that will not be');
      await app.runJobs();
      await office.assertSound();
    },
  );

  test('goes on where it was when it was cut off', needs('database', 'process'), async () => {
    const show = await office.show();
    const sold = (await sell(show, 4)).map(({ bookingId }) => bookingId).sort();
    await change(show.eventId, { status: 'cancelled' });
    await app.core.relay();
    // As a process that died after the second booking left it, before it noted where it was.
    for (const bookingId of sold.slice(0, 2)) {
      await office.send('DELETE', `/api/bookings/${bookingId}`, office.staff);
    }
    await app.runJobs();
    const [shown] = await progress(show.eventId);
    assert.deepEqual([shown.state, shown.notified], ['done', 4]);
    for (const bookingId of sold) assert.equal((await read(bookingId)).body.refunds.length, 1);
    await office.assertSound();
  });
});

describe('a show that moves', () => {
  test(
    'keeps its bookings, notifies their buyers, and lets buyers give them back for all their money',
    needs('database', 'jobs', 'process'),
    async () => {
      const show = await office.show({ cancellation: { allowed: false } });
      const [kept, returned] = await sell(show, 2);
      assert.equal(
        (await office.send('DELETE', `/api/bookings/${returned!.bookingId}`, office.owner(returned!.held))).status,
        409,
      );
      const moved = await change(show.eventId, { startsAt: '2027-04-01T20:00:00Z' });
      assert.equal(moved.status, 200, moved.text);
      await processChanges();
      assert.equal((await mails('event-moved')).length, 2);
      await app.runJobs();
      const answer = await office.send('DELETE', `/api/bookings/${returned!.bookingId}`, office.owner(returned!.held));
      assert.deepEqual([answer.status, answer.body.refundDue], [200, 25.5]);
      assert.equal((await read(kept!.bookingId)).body.status, 'completed');
      const history = await office.send('GET', `/api/bookings/${kept!.bookingId}/history`, office.staff);
      assert.equal(history.body.items.at(-1).type, 'ShowMoved');
      await app.runJobs();
      await office.assertSound();
    },
  );

  test('says nothing when only its words change, or nobody could buy yet', async () => {
    const show = await office.show();
    await sell(show, 1);
    await change(show.eventId, { title: 'Another night' });
    const draft = await office.show({ status: 'draft' });
    await change(draft.eventId, { startsAt: '2027-04-01T20:00:00Z' });
    await app.runJobs();
    assert.deepEqual(await progress(show.eventId), []);
    assert.deepEqual(await progress(draft.eventId), []);
  });
});
