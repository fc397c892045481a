import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { asAnswered, type Booking, type BookingEvent, evolve, replay } from './booking.ts';
import { refundedMinor } from './booking-changes.ts';
import { cancelFee, splitAmount, usualPolicy } from './cancellation-policy.ts';
import { type BookingCommand, decide, paidPerTicket } from './decide.ts';
import type { BookedShow } from './right-to-return.ts';

const now = Date.UTC(2027, 0, 15, 12);
const hour = 3_600_000;
const show: BookedShow = {
  startsAt: now + 48 * hour,
  isPostponed: false,
  isCalledOff: false,
  movedEdition: 0,
  isAhead: true,
  policy: usualPolicy,
};

function paid(prices: readonly number[], totalMinor = prices.reduce((a, b) => a + b, 0)): BookingEvent[] {
  const tickets = prices.map((priceMinor, i) => ({
    ticketId: `t${i}`,
    placeNo: i,
    ticketTypeId: 1,
    ticketType: 'Entry',
    rate: 'standard',
    priceMinor,
    seat: null,
  }));
  const place = { bookingId: 'b', eventId: 1, reservationId: 'r', owner: 'guest', attempt: 1 };
  const price = { totalMinor, currency: 'EUR', provider: 'sandbox' };
  const payment = { paymentId: 'p', providerReference: null, transactionId: 'x', paidAt: now };
  return [
    { type: 'BookingCreated', data: { ...place, ...price, tickets } },
    {
      type: 'PaymentCompleted',
      data: { ...payment, amountMinor: totalMinor, ticketNumbers: tickets.map(({ ticketId }) => `N${ticketId}`) },
    },
  ];
}

let ids = 0;
const how = (by: 'buyer' | 'staff' | 'show', more: object = {}) => ({
  ...{ by, show, now, reason: 'test', refundId: `refund-${ids++}` },
  freshTicketId: (ticketId: string) => `fresh-${ticketId}-${ids++}`,
  ...more,
});

function apply(booking: Booking, command: BookingCommand): Booking {
  const decided = decide(booking, command);
  assert.ok(decided.accepted, JSON.stringify(decided));
  return decided.value.reduce<Booking>(evolve, booking);
}
const refusalOf = (booking: Booking, command: BookingCommand) => {
  const decided = decide(booking, command);
  return decided.accepted ? null : decided.refusal.code;
};
const bookingOf = (events: readonly BookingEvent[]) => replay(events)!;

describe('deciding about a booking', () => {
  test('cancelling twice says nothing the second time', () => {
    const cancelled = apply(bookingOf(paid([1000, 500])), { type: 'CancelBooking', ...how('buyer') });
    assert.equal(cancelled.status, 'cancelled');
    const again = decide(cancelled, { type: 'CancelBooking', ...how('buyer') });
    assert.deepEqual(again, { accepted: true, value: [] });
  });

  test('the buyer may cancel until one millisecond before the deadline', () => {
    const booking = bookingOf(paid([1000]));
    const strict = { ...show, policy: { ...usualPolicy, hoursBefore: 48 } };
    const before = { show: strict, now: now - 1 };
    assert.equal(refusalOf(booking, { type: 'CancelBooking', ...how('buyer', before) }), null);
    const at = { show: strict };
    assert.equal(refusalOf(booking, { type: 'CancelBooking', ...how('buyer', at) }), 'CANCELLATION_TOO_LATE');
    assert.equal(refusalOf(booking, { type: 'CancelBooking', ...how('staff', at) }), null);
  });

  test('a show that moved may be given back for everything, whatever the policy says', () => {
    const never = { show: { ...show, policy: { ...usualPolicy, allowed: false, feePercent: 50 } } };
    const moved = apply(bookingOf(paid([1000])), {
      type: 'NotifyOfShow',
      kind: 'moved',
      notice: { changeId: 'c', edition: 1 },
      startsAt: show.startsAt,
    });
    const cancelled = apply(moved, { type: 'CancelBooking', ...how('buyer', never) });
    assert.equal(refundedMinor(cancelled), 1000);
    const late = { ...never, now: show.startsAt };
    assert.equal(refusalOf(moved, { type: 'CancelBooking', ...how('buyer', late) }), 'CANCELLATION_NOT_ALLOWED');
  });

  test('the start of the show as it is now ends every right, whatever was promised; a postponed one does not begin', () => {
    const notice = { changeId: 'c', kind: 'moved' as const, refundableUntil: Date.UTC(2200, 0, 1) };
    const moved = bookingOf([...paid([1000]), { type: 'ShowMoved', data: notice }]);
    const policy = { ...usualPolicy, allowed: false };
    const earlier = { show: { ...show, policy, startsAt: now } };
    assert.equal(refusalOf(moved, { type: 'CancelBooking', ...how('buyer', earlier) }), 'CANCELLATION_NOT_ALLOWED');
    const putOff = { show: { ...show, policy, startsAt: now - hour, isPostponed: true } };
    for (const booking of [moved, bookingOf(paid([1000]))]) {
      assert.equal(refundedMinor(apply(booking, { type: 'CancelBooking', ...how('buyer', putOff) })), 1000);
    }
  });

  test('what waits for its payment or was declined cannot be cancelled', () => {
    const [created] = paid([1000]);
    const open = bookingOf([created!]);
    const failed = evolve(open, { type: 'PaymentFailed', data: { paymentId: 'p', failureCode: 'CARD_DECLINED' } });
    for (const booking of [open, failed]) {
      assert.equal(refusalOf(booking, { type: 'CancelBooking', ...how('staff') }), 'BOOKING_NOT_PAID');
    }
  });

  test('a booking in review is cancelled by staff alone, and what was captured goes back', () => {
    const [created] = paid([1000]);
    const review = bookingOf([created!, { type: 'ReviewRequested', data: { reason: 'TICKETS_NOT_RESERVED' } }]);
    assert.equal(refusalOf(review, { type: 'CancelBooking', ...how('buyer') }), 'BOOKING_NOT_PAID');
    const captured = { paymentId: 'p', amountMinor: 1000 };
    const cancelled = apply(review, { type: 'CancelBooking', ...how('staff', { captured }) });
    assert.deepEqual([cancelled.status, refundedMinor(cancelled)], ['cancelled', 1000]);
  });

  test('never more is given back than was paid, in whatever order refunds and cancellations come', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ticket'), ticket: fc.nat(5), by: fc.constantFrom('buyer', 'staff') }),
      fc.record({ kind: fc.constant('all'), by: fc.constantFrom('buyer', 'staff', 'show') }),
      fc.record({
        kind: fc.constant('refund'),
        amount: fc.option(fc.integer({ min: 1, max: 4000 })),
        keeps: fc.boolean(),
      }),
      fc.record({ kind: fc.constant('outcome'), fails: fc.boolean() }),
    );
    const prices = fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 6 });
    const feePercent = fc.integer({ min: 0, max: 100 });
    const feePerTicketMinor = fc.integer({ min: 0, max: 500 });
    fc.assert(
      fc.property(
        prices,
        feePercent,
        feePerTicketMinor,
        fc.array(step, { maxLength: 12 }),
        (ticketPrices, percent, fee, steps) => {
          const events = paid(ticketPrices);
          let booking = bookingOf(events);
          const policy = { ...usualPolicy, feePercent: percent, feePerTicketMinor: fee };
          for (const one of steps) {
            const command = toCommand(booking, one, { ...show, policy });
            const decided = command === null ? [otherwise(booking, one)] : decide(booking, command);
            const happened = Array.isArray(decided) ? decided : decided.accepted ? decided.value : [];
            for (const event of happened) {
              if (event === null) continue;
              events.push(event);
              booking = evolve(booking, event);
            }
            assert.ok(refundedMinor(booking) <= booking.paidMinor);
            assert.equal(new Set(booking.cancelledTicketIds).size, booking.cancelledTicketIds.length);
            assert.equal(booking.status === 'cancelled', booking.cancelledTicketIds.length === booking.tickets.length);
            const isKept = happened.some((event) => event?.type === 'RefundDue' && event.data.keepsTickets);
            const isBack = one.kind === 'refund' && refundedMinor(booking) === booking.paidMinor;
            if (isBack && !isKept && happened.length > 0) assert.equal(booking.status, 'cancelled');
          }
          assert.deepEqual(replay(events), booking);
          assert.deepEqual(asAnswered(events), bookingOf(events.slice(0, 2)));
        },
      ),
    );
  });

  test('what a provider pays in steps is rounded in the buyer’s favour, and all of it comes back in the end', () => {
    const steps = fc.record({
      step: fc.constantFrom(1, 10, 100),
      units: fc.array(fc.nat(999), { minLength: 1, maxLength: 6 }),
    });
    fc.assert(
      fc.property(steps, fc.nat(100), ({ step, units }, feePercent) => {
        const total = Math.max(step, Math.ceil(units.reduce((a, b) => a + b, 0) / step) * step);
        const policy = { ...usualPolicy, feePercent };
        let booking = bookingOf(paid(units, total));
        for (const ticket of booking.tickets.slice(1)) {
          const paidFor = paidPerTicket(booking).get(ticket.ticketId)!;
          const cancelled: BookingCommand = {
            ...{ type: 'CancelTickets', ticketIds: [ticket.ticketId], payStep: step },
            ...how('buyer', { show: { ...show, policy } }),
          };
          const before = refundedMinor(booking);
          booking = apply(booking, cancelled);
          const back = refundedMinor(booking) - before;
          assert.equal(back % step, 0);
          assert.ok(back >= Math.min(paidFor - cancelFee(policy, paidFor), total - before));
        }
        booking = apply(booking, { type: 'CancelBooking', payStep: step, ...how('show') });
        assert.equal(refundedMinor(booking) % step, 0);
        assert.equal(refundedMinor(booking) + booking.keptMinor, total);
      }),
    );
  });

  test('a child does not stay without the adult it was sold with, but for staff and called-off shows', () => {
    const rules = [
      { ticketTypeId: 1, rate: 'child', onlyWith: 'adult' },
      { ticketTypeId: 1, rate: 'toddler', onlyWith: 'child' },
    ];
    const family = (...rates: string[]) => {
      const [created, ...rest] = paid(rates.map(() => 100));
      assert.ok(created?.type === 'BookingCreated');
      const tickets = created.data.tickets.map((ticket, i) => ({ ...ticket, rate: rates[i]! }));
      return bookingOf([{ type: 'BookingCreated', data: { ...created.data, tickets } }, ...rest]);
    };
    const give = (booking: Booking, by: 'buyer' | 'staff', ...ticketIds: string[]) =>
      decide(booking, { type: 'CancelTickets', ticketIds, ...how(by, { show: { ...show, companionRules: rules } }) });
    const refused = give(family('adult', 'child', 'toddler'), 'buyer', 't0');
    assert.ok(!refused.accepted && refused.refusal.code === 'CANCELLATION_BREAKS_RATE');
    assert.deepEqual(
      refused.refusal.tickets.map(({ ticketId }) => ticketId),
      ['t1', 't2'],
    );
    assert.ok(give(family('adult', 'child', 'toddler'), 'staff', 't0').accepted);
    assert.ok(give(family('adult', 'adult', 'child'), 'buyer', 't0').accepted, 'another adult stays');
    assert.ok(give(family('adult', 'child'), 'buyer', 't0', 't1').accepted, 'together');
    assert.ok(give(family('adult', 'child'), 'buyer', 't1').accepted, 'the child alone');
    assert.ok(give(family('child', 'child'), 'buyer', 't1').accepted, 'it was alone before');
  });

  test('a fee never exceeds the price, and the parts of an amount add up to it', () => {
    const amounts = fc.integer({ min: 0, max: 1_000_000_000_000 });
    const weights = fc.array(fc.integer({ min: 0, max: 1_000_000_000 }), { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(amounts, weights, (amountMinor, parts) => {
        const split = splitAmount(amountMinor, parts);
        assert.equal(
          split.reduce((a, b) => a + b, 0),
          amountMinor,
        );
        assert.ok(split.every((part) => part >= 0));
      }),
    );
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 100 }), amounts, (paidMinor, percent, perTicket) => {
        const fee = cancelFee({ ...usualPolicy, feePercent: percent, feePerTicketMinor: perTicket }, paidMinor);
        assert.ok(fee >= 0 && fee <= paidMinor);
      }),
    );
  });
});

interface Step {
  readonly kind: string;
  readonly ticket?: number;
  readonly by?: string;
  readonly amount?: number | null;
  readonly fails?: boolean;
  readonly keeps?: boolean;
}

function toCommand(booking: Booking, step: Step, shown: BookedShow): BookingCommand | null {
  const by = step.by as 'buyer';
  if (step.kind === 'refund') return refundOf(booking, step);
  if (step.kind === 'all') return { type: 'CancelBooking', ...how(by, { show: shown }) };
  if (step.kind !== 'ticket') return null;
  const ticketIds = [`t${step.ticket! % booking.tickets.length}`];
  return { type: 'CancelTickets', ticketIds, ...how(by, { show: shown }) };
}

function refundOf(booking: Booking, { amount = null, keeps }: Step): BookingCommand {
  const payment = { paymentId: 'p', leftMinor: booking.paidMinor - refundedMinor(booking) };
  const tickets = keeps ? 'keep' : null;
  return {
    type: 'RefundBooking',
    payment,
    amountMinor: amount,
    tickets,
    isAhead: true,
    mayRepeat: true,
    payStep: 1,
    ...how('staff'),
  };
}

/** What becomes of refunds. */
function otherwise(booking: Booking, { fails }: Step): BookingEvent | null {
  const due = booking.refunds.find(({ state }) => state === 'due');
  if (!due) return null;
  const { refundId } = due;
  if (fails) return { type: 'RefundFailed', data: { refundId, failureCode: 'REFUND_FAILED' } };
  return { type: 'RefundCompleted', data: { refundId } };
}
