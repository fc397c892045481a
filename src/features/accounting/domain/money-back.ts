import { dealOut, portion } from '../../pricing/domain/rounding.ts';
import type { PaidBooking } from './receipt.ts';

/** What a ticket came to, or what of it was given back: `total = price − discount + the buyer's fee + the added tax`. */
export interface Parts {
  readonly priceMinor: number;
  readonly discountMinor: number;
  readonly feeMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
}

/** Money that goes back to the buyer, or, said later, did not after all. Steps come in the order of the history. */
export type MoneyBackStep =
  | {
      readonly type: 'returned';
      readonly refundId: string;
      readonly amountMinor: number;
      /** The tickets that it stands for; none: it stands for all of the booking. */
      readonly ticketIds: readonly string[];
    }
  | { readonly type: 'failed'; readonly refundId: string };

/** A refund ticket by ticket, in the booking's order. */
export interface DealtRefund {
  readonly lines: readonly Parts[];
  /** More than was left of the tickets: a bank may take back what was given back already. */
  readonly beyondMinor: number;
}

type Terms = Pick<NonNullable<PaidBooking['price']>, 'feePaidBy' | 'taxIncluded'>;
type Sold = Pick<PaidBooking, 'tickets' | 'price'>;

const noParts: Parts = { priceMinor: 0, discountMinor: 0, feeMinor: 0, taxMinor: 0, totalMinor: 0 };

/** What each ticket of a booking came to. */
export function partsOf({ tickets, price }: Sold): Parts[] {
  return tickets.map(({ priceMinor }, i) => price?.lines[i] ?? { ...noParts, priceMinor, totalMinor: priceMinor });
}

/**
 * What each refund of a booking gives back of each ticket's price, discount, fee and tax. A refund takes from what is left of
 * its tickets, then of the others, each part in proportion to what is left of it; so whatever refunds come in whatever order,
 * no part is given back twice, and once all the money is back each part is back to the cent.
 */
export function dealRefunds(booking: Sold, steps: readonly MoneyBackStep[]): ReadonlyMap<string, DealtRefund> {
  const terms = booking.price ?? { feePaidBy: 'buyer', taxIncluded: true };
  const left = partsOf(booking);
  const dealt = new Map<string, DealtRefund>();
  for (const step of steps) {
    if (step.type === 'failed') {
      dealt.get(step.refundId)?.lines.forEach((parts, i) => {
        left[i] = add(left[i]!, parts);
      });
      dealt.delete(step.refundId);
      continue;
    }
    const isMeant = booking.tickets.map(({ ticketId }) => step.ticketIds.includes(ticketId));
    const amounts = dealAmount(step.amountMinor, left, isMeant);
    const lines = amounts.map((amount, i) => partOf(left[i]!, amount, terms));
    lines.forEach((parts, i) => {
      left[i] = subtract(left[i]!, parts);
    });
    dealt.set(step.refundId, { lines, beyondMinor: step.amountMinor - sum(amounts) });
  }
  return dealt;
}

/** An amount over the tickets that it is meant for, the rest over the others: never more than is left of a ticket. */
function dealAmount(amountMinor: number, left: readonly Parts[], isMeant: readonly boolean[]): number[] {
  const first = left.map(({ totalMinor }, i) => (isMeant[i] ? totalMinor : 0));
  const then = left.map(({ totalMinor }, i) => (isMeant[i] ? 0 : totalMinor));
  const ofFirst = Math.min(amountMinor, sum(first));
  const ofThen = Math.min(amountMinor - ofFirst, sum(then));
  const [a, b] = [dealOut(ofFirst, first), dealOut(ofThen, then)];
  return left.map((_, i) => a[i]! + b[i]!);
}

function partOf(left: Parts, totalMinor: number, { feePaidBy, taxIncluded }: Terms): Parts {
  const taxMinor = shareOfLeft(left.taxMinor, totalMinor, left.totalMinor);
  const addedTax = ({ taxMinor: tax }: { readonly taxMinor: number }) => (taxIncluded ? 0 : tax);
  const base = totalMinor - addedTax({ taxMinor });
  const leftBase = left.totalMinor - addedTax(left);
  const isBuyers = feePaidBy === 'buyer';
  const feeMinor = shareOfLeft(left.feeMinor, isBuyers ? base : totalMinor, isBuyers ? leftBase : left.totalMinor);
  const paidPrice = base - (isBuyers ? feeMinor : 0);
  const discountMinor = shareOfLeft(left.discountMinor, paidPrice, left.priceMinor - left.discountMinor);
  return { priceMinor: paidPrice + discountMinor, discountMinor, feeMinor, taxMinor, totalMinor };
}

/** The share of a part that goes with `amount` of `whole`: all of it with all. Never more than the part or the amount allow. */
function shareOfLeft(partMinor: number, amount: number, whole: number): number {
  if (amount >= whole) return amount > 0 ? partMinor : 0;
  return portion(partMinor, amount, whole);
}

export function sumOf(all: readonly Parts[]): Parts {
  return all.reduce(add, noParts);
}

function add(a: Parts, b: Parts): Parts {
  return {
    priceMinor: a.priceMinor + b.priceMinor,
    discountMinor: a.discountMinor + b.discountMinor,
    feeMinor: a.feeMinor + b.feeMinor,
    taxMinor: a.taxMinor + b.taxMinor,
    totalMinor: a.totalMinor + b.totalMinor,
  };
}

function subtract(a: Parts, b: Parts): Parts {
  return {
    priceMinor: a.priceMinor - b.priceMinor,
    discountMinor: a.discountMinor - b.discountMinor,
    feeMinor: a.feeMinor - b.feeMinor,
    taxMinor: a.taxMinor - b.taxMinor,
    totalMinor: a.totalMinor - b.totalMinor,
  };
}

function sum(amounts: readonly number[]): number {
  let total = 0;
  for (const amount of amounts) total += amount;
  return total;
}
