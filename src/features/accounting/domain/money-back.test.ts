import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { breakDown, type PriceTerms } from '../../pricing/domain/break-down.ts';
import { dealRefunds, type MoneyBackStep, type Parts, partsOf } from './money-back.ts';
import { bookingReceipt, type PaidBooking, type ReceiptDocument, refundReceipt } from './receipt.ts';
import { addToSettlement, dueMinor, emptySettlement } from './settlement.ts';

const papers = {
  seller: { name: 'Hall', address: null, taxNumber: null },
  show: { title: 'Night', startsAt: '2027-01-01T20:00:00Z', timeZone: 'Europe/Berlin', venue: 'Hall' },
};
const reason = 'asked for';

function bookingOf(
  prices: readonly number[],
  terms: PriceTerms,
  discount: { rate: number } | null = null,
): PaidBooking {
  const priced = prices.map((priceMinor, i) => ({ priceMinor, isDiscounted: i % 3 !== 2 }));
  const promo = discount && { code: 'SAVE', discount: { rate: discount.rate, amountMinor: null } };
  const price = breakDown(priced, terms, promo);
  const tickets = prices.map((priceMinor, i) => ({
    ...{ ticketId: `t${i}`, ticketTypeId: i % 2, ticketType: `type ${i % 2}`, rate: 'Adult', priceMinor, seat: null },
  }));
  const ticketNumbers = prices.map((_, i) => `N${i}`);
  const ids = { bookingId: 'b', organizerId: 1, eventId: 1, transactionId: 'x', paidAt: 0 };
  return { ...ids, currency: 'EUR', totalMinor: price.totalMinor, price, tickets, ticketNumbers };
}

const returned = (refundId: string, amountMinor: number, ticketIds: string[] = []): MoneyBackStep => ({
  ...{ type: 'returned', refundId, amountMinor, ticketIds },
});
const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
const receiptsOf = (booking: PaidBooking, steps: readonly MoneyBackStep[]): ReceiptDocument[] => {
  const dealt = dealRefunds(booking, steps);
  return steps.flatMap((step) => {
    const lines = dealt.get(step.refundId);
    if (step.type === 'failed' || !lines) return [];
    return [refundReceipt(booking, { ...step, reason }, lines, papers)];
  });
};
/** Lines of receipts, added up by what they are for. */
const columns = (documents: readonly ReceiptDocument[]) =>
  Object.fromEntries(
    [
      ...Map.groupBy(
        documents.flatMap(({ lines }) => lines),
        ({ description }) => description,
      ),
    ].map(([description, lines]) => [description, sum(lines.map(({ amountMinor }) => amountMinor))]),
  );

describe('refunds of a booking', () => {
  test('three tickets of 10.00 with 19 % in them, given back one by one, give back the tax that was taken', () => {
    const tax = { name: 'VAT', rate: 190_000, isIncluded: true };
    const booking = bookingOf([1_000, 1_000, 1_000], { serviceFee: null, tax });
    const refunds = receiptsOf(
      booking,
      [0, 1, 2].map((i) => returned(`r${i}`, 1_000, [`t${i}`])),
    );
    assert.deepEqual(refunds.map(({ taxMinor }) => -taxMinor).sort(), [159, 160, 160]);
    assert.equal(sum(refunds.map(({ taxMinor }) => taxMinor)), -bookingReceipt(booking, papers).taxMinor);
  });

  test('half of a ticket gives back half of each part of it', () => {
    const terms: PriceTerms = {
      serviceFee: { perTicketMinor: 200, rate: null, paidBy: 'buyer' },
      tax: { name: null, rate: 200_000, isIncluded: false },
    };
    const booking = bookingOf([1_000], terms, { rate: 100_000 });
    const [refund] = receiptsOf(booking, [returned('r', 660, ['t0'])]);
    assert.deepEqual(
      refund!.lines.map(({ description, amountMinor }) => [description, amountMinor]),
      [
        ['type 0 (Adult), N0', -500],
        ['Discount (SAVE)', 50],
        ['Service fee', -100],
        ['Tax 20 %', -110],
      ],
    );
  });

  test('money beside a booking has no tax in it, and a bank may take back more than is left', () => {
    const booking = bookingOf([1_000], { serviceFee: null, tax: { name: null, rate: 190_000, isIncluded: true } });
    const beside = refundReceipt(booking, { refundId: 'r', amountMinor: 1_000, reason }, null, papers);
    assert.deepEqual([beside.taxMinor, beside.netMinor, beside.totalMinor, beside.taxes], [0, -1_000, -1_000, []]);
    const [, second] = receiptsOf(booking, [returned('a', 900), returned('b', 1_000)]);
    assert.deepEqual([second!.totalMinor, second!.lines.map(({ amountMinor }) => amountMinor)], [-1_000, [-100, -900]]);
  });

  test('whatever is given back in whatever order, each receipt adds up and all together equal the booking’s, line by line', () => {
    fc.assert(
      fc.property(order, fc.array(move, { maxLength: 12 }), (input, moves) => {
        const booking = bookingOf(input.prices, input.terms, input.discount);
        const steps = play(booking, moves);
        const left = booking.totalMinor - sum([...livingOf(steps).values()]);
        if (left > 0) steps.push(returned('rest', left));
        const dealt = dealRefunds(booking, steps);
        const refunds = receiptsOf(booking, steps);
        for (const { lines, netMinor, taxMinor, totalMinor } of refunds) {
          assert.equal(sum(lines.map(({ amountMinor }) => amountMinor)), totalMinor);
          assert.equal(netMinor + taxMinor, totalMinor);
        }
        for (const { lines } of dealt.values()) for (const parts of lines) assertSound(parts, booking);
        const receipt = bookingReceipt(booking, papers);
        const sold = columns([receipt]);
        const back = columns(refunds);
        for (const description of new Set([...Object.keys(sold), ...Object.keys(back)])) {
          if (booking.totalMinor > 0) assertBack(description, sold, back, booking);
        }
        assert.equal(sum(refunds.map(({ taxMinor }) => taxMinor)) + receipt.taxMinor, 0);
      }),
      { numRuns: 400 },
    );
  });

  test('a settlement says the same as the receipts, in all and by type, and nothing is due once everything is back', () => {
    fc.assert(
      fc.property(order, fc.array(move, { maxLength: 8 }), fc.boolean(), (input, moves, isAll) => {
        const booking = bookingOf(input.prices, input.terms, input.discount);
        const steps = play(booking, moves);
        const left = booking.totalMinor - sum([...livingOf(steps).values()]);
        if (left > 0 && isAll) steps.push(returned('rest', left));
        const living = livingOf(steps);
        const all = [...living.keys()].map((refundId, i) => ({
          ...{ refundId, origin: i % 3 === 2 ? 'dispute' : 'ours', state: i % 2 === 0 ? 'refunded' : 'due' },
        }));
        const settlement = emptySettlement();
        const cancelledTicketIds = isAll ? booking.tickets.map(({ ticketId }) => ticketId) : [];
        addToSettlement(settlement, { ...booking, cancelledTicketIds, moneyBack: { all, steps } });
        const { refundedMinor, refundDueMinor, lostMinor, takenMinor, taxMinor, taxBackMinor } = settlement;
        assert.equal(refundedMinor + refundDueMinor + lostMinor, sum([...living.values()]));
        assert.equal(takenMinor, booking.totalMinor);
        assert.equal(taxBackMinor + sum(receiptsOf(booking, steps).map((one) => one.taxMinor)), 0);
        const { types, bookings: _, ...whole } = settlement;
        for (const [name, figure] of Object.entries(whole)) {
          assert.equal(sum([...types.values()].map((type) => type[name as 'taxMinor'])), figure, name);
        }
        if (!isAll) return;
        assert.equal(taxMinor - taxBackMinor, 0);
        assert.equal(settlement.feesMinor - settlement.feesBackMinor, 0);
        assert.equal(settlement.discountMinor - settlement.discountBackMinor, 0);
        assert.equal(settlement.ticketsMinor - settlement.ticketsBackMinor, 0);
        assert.equal(settlement.feesKeptMinor, 0);
        assert.equal(dueMinor(settlement), 0);
      }),
      { numRuns: 400 },
    );
  });

  test('a fee that the organiser pays is kept from what is due, on what was not given back', () => {
    const terms: PriceTerms = { serviceFee: { perTicketMinor: 200, rate: null, paidBy: 'organizer' }, tax: null };
    const booking = bookingOf([2_000, 2_000, 2_000], terms);
    const settle = (steps: MoneyBackStep[]) => {
      const settlement = emptySettlement();
      const all = steps.map(({ refundId }) => ({ refundId, origin: 'ours', state: 'refunded' }));
      addToSettlement(settlement, { ...booking, cancelledTicketIds: [], moneyBack: { all, steps } });
      return [settlement.feesMinor, settlement.feesKeptMinor, dueMinor(settlement)];
    };
    assert.deepEqual(settle([]), [600, 600, 5_400]);
    assert.deepEqual(settle([returned('r', 2_000, ['t1'])]), [600, 400, 3_600]);
    assert.deepEqual(settle([returned('r', 3_000)]), [600, 300, 2_700]);
  });
});

function assertSound(parts: Parts, { price }: PaidBooking): void {
  for (const part of Object.values(parts)) assert.ok(Number.isSafeInteger(part) && part >= 0, JSON.stringify(parts));
  const fee = price!.feePaidBy === 'buyer' ? parts.feeMinor : 0;
  const tax = price!.taxIncluded ? 0 : parts.taxMinor;
  assert.equal(parts.totalMinor, parts.priceMinor - parts.discountMinor + fee + tax);
  assert.ok(parts.taxMinor <= parts.totalMinor);
}

/** Line by line; of tickets that cost nothing in the end no money goes back, nor a line. */
function assertBack(
  description: string,
  sold: Record<string, number>,
  back: Record<string, number>,
  booking: PaidBooking,
) {
  const free = partsOf(booking).map(({ totalMinor }) => totalMinor === 0);
  const ticket = booking.tickets.findIndex((_, i) => description.endsWith(`, N${i}`));
  if (ticket >= 0 && free[ticket]) return assert.equal(back[description] ?? 0, 0);
  if (description.startsWith('Discount') && free.includes(true)) return;
  assert.equal((sold[description] ?? 0) + (back[description] ?? 0), 0, description);
}

/** What the moves of somebody who gives money back come to: never more than is left. */
function play(booking: PaidBooking, moves: readonly Move[]): MoneyBackStep[] {
  const steps: MoneyBackStep[] = [];
  for (const [i, { kind, share, pick }] of moves.entries()) {
    const living = livingOf(steps);
    const left = booking.totalMinor - sum([...living.values()]);
    const ids = booking.tickets.map(({ ticketId }) => ticketId);
    if (kind === 'fail') {
      const refundId = [...living.keys()][pick % Math.max(1, living.size)];
      if (refundId !== undefined) steps.push({ type: 'failed', refundId });
      continue;
    }
    const ticketIds = kind === 'part' ? [] : [ids[pick % ids.length]!];
    const worth = kind === 'part' ? left : partsOf(booking)[pick % ids.length]!.totalMinor;
    const amount = Math.min(left, Math.ceil((worth * share) / 100));
    if (amount > 0) steps.push(returned(`r${i}`, amount, ticketIds));
  }
  return steps;
}

function livingOf(steps: readonly MoneyBackStep[]): Map<string, number> {
  const living = new Map<string, number>();
  for (const step of steps) {
    if (step.type === 'returned') living.set(step.refundId, step.amountMinor);
    else living.delete(step.refundId);
  }
  return living;
}

interface Move {
  readonly kind: 'part' | 'ticket' | 'fail';
  readonly share: number;
  readonly pick: number;
}
const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.constantFrom('part' as const, 'ticket' as const, 'ticket' as const, 'fail' as const),
  share: fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 100 })),
  pick: fc.nat(9),
});
const rate = fc.oneof(fc.nat(1_000_000), fc.constantFrom(190_000, 70_000, 88_750, 1_000_000, 0));
const paidBy = fc.constantFrom('buyer' as const, 'organizer' as const);
const order = fc.record({
  // From yen to thousandths of a dinar: what a minor unit is worth makes no difference.
  prices: fc.array(fc.oneof(fc.nat(5), fc.nat(3_000), fc.nat(90_000_000)), { minLength: 1, maxLength: 10 }),
  terms: fc.record({
    serviceFee: fc.option(
      fc.oneof(
        fc.record({ perTicketMinor: fc.nat(500), rate: fc.constant(null), paidBy }),
        fc.record({ perTicketMinor: fc.constant(null), rate, paidBy }),
      ),
    ),
    tax: fc.option(fc.record({ name: fc.constant(null), rate, isIncluded: fc.boolean() })),
  }),
  discount: fc.option(fc.record({ rate })),
});
