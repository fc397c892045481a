import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Booking, type BookingEvent, evolve, replay } from './booking.ts';
import { refundedMinor } from './booking-changes.ts';
import { decideMoneyFound, type MoneyFound } from './decide-money-found.ts';

const paidMinor = 1_000;
let ids = 0;
const newId = () => `id-${ids++}`;

function paid(): Booking {
  const tickets = [0, 1].map((i) => ({
    ...{ ticketId: `t${i}`, placeNo: i, ticketTypeId: 1, ticketType: 'Entry', rate: 'standard' },
    ...{ priceMinor: paidMinor / 2, seat: null },
  }));
  const place = { bookingId: 'b', eventId: 1, reservationId: 'r', owner: 'guest', attempt: 1 };
  const price = { totalMinor: paidMinor, currency: 'EUR', provider: 'stripe', tickets };
  const payment = { paymentId: 'p', providerReference: 'pi', transactionId: 'x', paidAt: 0, ticketNumbers: ['a', 'b'] };
  return replay([
    { type: 'BookingCreated', data: { ...place, ...price } },
    { type: 'PaymentCompleted', data: { ...payment, amountMinor: paidMinor } },
  ])!;
}
const apply = (booking: Booking, events: readonly BookingEvent[]) => events.reduce<Booking>(evolve, booking);
const promise = (booking: Booking, amountMinor: number): Booking => {
  const money = { refundId: newId(), paymentId: 'p', amountMinor, currency: 'EUR', reason: 'goodwill' };
  return evolve(booking, { type: 'RefundDue', data: money });
};
const there = (reference: string, amountMinor: number, more: Partial<MoneyFound> = {}): MoneyFound => ({
  ...{ reference, refundId: null, origin: 'provider', amountMinor, status: 'made' },
  ...more,
});
const note = (booking: Booking, ...found: MoneyFound[]) =>
  decideMoneyFound(booking, {
    ...{ type: 'NoteMoneyFound', payment: { paymentId: 'p', amountMinor: paidMinor }, found, isAhead: true, newId },
  });
const typesOf = (events: readonly BookingEvent[]) => events.map(({ type }) => type);

describe('money that others gave back', () => {
  test('all of it takes the tickets along, a part does not, and a dispute never does', () => {
    assert.deepEqual(typesOf(note(paid(), there('re_1', 1_000))), ['BookingCancelled', 'RefundFound']);
    assert.deepEqual(typesOf(note(paid(), there('re_1', 999))), ['RefundFound']);
    assert.deepEqual(typesOf(note(paid(), there('du_1', 1_000, { origin: 'dispute' }))), ['RefundFound']);
    assert.deepEqual(typesOf(note(paid(), there('re_1', 1_000, { status: 'failed' }))), []);
  });

  test('what cannot be refunded any more is promised anew as far as something is left', () => {
    const events = note(promise(paid(), 800), there('re_1', 300));
    assert.deepEqual(typesOf(events), ['BookingCancelled', 'RefundFound', 'RefundFailed', 'RefundDue']);
    const due = events.find((event) => event.type === 'RefundDue');
    assert.equal(due?.type === 'RefundDue' && due.data.amountMinor, 700);
    const all = note(promise(paid(), 800), there('re_1', 1_000));
    assert.deepEqual(typesOf(all), ['BookingCancelled', 'RefundFound', 'RefundFailed']);
  });

  test('after a dispute a promise that was sent already is left to the provider', () => {
    const due = promise(paid(), 800);
    const sent = evolve(due, { type: 'RefundRequested', data: { refundId: due.refunds[0]!.refundId } });
    const lost = there('du_1', 1_000, { origin: 'dispute' });
    assert.deepEqual(typesOf(note(sent, lost)), ['RefundFound']);
    assert.deepEqual(typesOf(note(due, lost)), ['RefundFound', 'RefundFailed']);
  });

  test('said again it is no news, and never more counts as gone than was paid, whatever was promised before', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 600 }), { maxLength: 4 });
    fc.assert(
      fc.property(parts, parts, (promised, returned) => {
        let booking = paid();
        for (const amount of promised) {
          if (refundedMinor(booking) + amount <= paidMinor) booking = promise(booking, amount);
        }
        // The provider never gives back more than it took.
        const found: MoneyFound[] = [];
        for (const [i, amount] of returned.entries()) {
          const gone = found.reduce((sum, one) => sum + one.amountMinor, 0);
          if (gone + amount <= paidMinor) found.push(there(`re_${i}`, amount));
        }
        const before = refundedMinor(booking);
        booking = apply(booking, note(booking, ...found));
        const foundMinor = found.reduce((sum, one) => sum + one.amountMinor, 0);
        assert.equal(refundedMinor(booking), Math.min(paidMinor, before + foundMinor), 'no promise is lost');
        assert.equal(booking.status === 'cancelled', foundMinor > 0 && refundedMinor(booking) === paidMinor);
        assert.deepEqual(note(booking, ...found), []);
      }),
    );
  });
});
