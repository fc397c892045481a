import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { rebuildBookings } from '../../src/features/booking/index.ts';
import { needs } from '../support/needs.ts';
import { paymentDesk, startStripeApp } from '../support/payment-desk.ts';

describe('a booking that was paid twice', needs('process'), () => {
  let app: Awaited<ReturnType<typeof startStripeApp>>;
  let desk: ReturnType<typeof paymentDesk>;
  let eventId: number;
  before(async () => {
    app = await startStripeApp();
    desk = paymentDesk(app);
    ({ eventId } = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 100 }] }));
  });

  /** Bought, paid a second time, and the second payment went back by itself. */
  async function paidTwice(quantity = 2, ofEvent = eventId) {
    const held = await desk.hold({ eventId: ofEvent, quantity });
    const { body, status, text } = await desk.buy(held, 'pm_card_visa');
    assert.equal(status, 201, text);
    const bookingId: string = body.bookingId;
    const [{ reference, paymentId }] = await desk.payments(bookingId);
    app.fake.books.payAgain(reference);
    await desk.reconcile();
    assert.equal((await desk.payments(bookingId)).length, 2);
    assert.equal(app.fake.books.takenBy(bookingId), quantity * 1_000, 'the second went back');
    return { held, bookingId, paymentId };
  }
  const look = async (bookingId: string) => {
    const { body } = await desk.send('GET', `/api/bookings/${bookingId}`, desk.staff);
    return [body.status, body.totalPrice, body.refunded + body.refundDue];
  };
  const cancelOne = (ticketId: string, headers: Record<string, string>) =>
    desk.send('POST', `/api/tickets/${ticketId}/cancel`, headers);

  test(
    'has nothing of its own payment refunded, in answers, settlement and verify',
    needs('clock', 'database', 'jobs'),
    async () => {
      const { bookingId } = await paidTwice();
      assert.deepEqual(await look(bookingId), ['completed', 20, 0]);
      const { body } = await desk.send('GET', `/api/events/${eventId}/settlement`, desk.staff);
      assert.deepEqual([body.taken, body.refunded, body.refundDue, body.due], [20, 0, 0, 20]);
      await desk.assertSound();
    },
  );

  test(
    'is cancelled by its buyer like any other, and the money does go back',
    needs('clock', 'database', 'jobs'),
    async () => {
      const { held, bookingId } = await paidTwice();
      const cancelled = await desk.send('DELETE', `/api/bookings/${bookingId}`, desk.owner(held));
      assert.equal(cancelled.status, 200, cancelled.text);
      assert.match(cancelled.body.message, /20 EUR are on their way back/);
      await desk.reconcile();
      assert.equal(app.fake.books.takenBy(bookingId), 0);
      assert.deepEqual(await look(bookingId), ['cancelled', 20, 20]);
      await desk.assertSound();
    },
  );

  test(
    'gives back ticket by ticket, and what is left by staff, by booking or by payment',
    needs('clock', 'database', 'jobs'),
    async () => {
      const { held, bookingId, paymentId } = await paidTwice(3);
      assert.equal((await cancelOne(held.tickets[0]!.ticketId, desk.owner(held))).status, 200);
      await desk.reconcile();
      assert.equal(app.fake.books.takenBy(bookingId), 2_000);
      const part = await desk.refund(bookingId, { amount: 5 });
      assert.deepEqual([part.status, part.body.paymentId], [201, paymentId], part.text);
      const rest = await desk.refund(bookingId);
      assert.deepEqual([rest.status, rest.body.amount, rest.body.paymentId], [201, 15, paymentId], rest.text);
      assert.equal(app.fake.books.takenBy(bookingId), 0);
      assert.deepEqual(await look(bookingId), ['cancelled', 30, 30]);
      await desk.assertSound();
    },
  );

  test('is refunded once when its show is called off', needs('clock', 'database', 'jobs'), async () => {
    const show = await desk.show({ ticketTypes: [{ name: 'Entry', price: 10, capacity: 10 }] });
    const { bookingId } = await paidTwice(2, show.eventId);
    const off = { status: 'cancelled' };
    assert.equal((await desk.send('PUT', `/api/events/${show.eventId}`, desk.staff, off)).status, 200);
    await app.runJobs();
    await desk.reconcile();
    await app.runJobs();
    assert.equal(app.fake.books.takenBy(bookingId), 0);
    assert.deepEqual(await look(bookingId), ['cancelled', 20, 20]);
    await desk.assertSound();
  });

  test('keeps what it is by the history when it is rebuilt', needs('clock', 'database', 'jobs'), async () => {
    const { bookingId } = await paidTwice();
    await app.database.query('UPDATE bookings SET refunded_minor = 2000 WHERE booking_id = $1', [bookingId]);
    const { corrected } = await rebuildBookings(app.database);
    assert.ok(corrected >= 1);
    assert.deepEqual(await look(bookingId), ['completed', 20, 0]);
    await desk.assertSound();
  });
});
