import type { Instant } from '../../../kernel/instant.ts';
import { type DealtRefund, type Parts, partsOf, sumOf } from './money-back.ts';

/** How a booking's total came about, as its history keeps it. */
export interface Price {
  readonly ticketsMinor: number;
  readonly discountMinor: number;
  readonly feeMinor: number;
  readonly feePaidBy: 'buyer' | 'organizer';
  readonly netMinor: number;
  readonly taxMinor: number;
  /** Parts per million. */
  readonly taxRate: number;
  readonly taxIncluded: boolean;
  readonly taxName: string | null;
  readonly totalMinor: number;
  readonly promoCode: string | null;
  readonly lines: readonly {
    readonly priceMinor: number;
    readonly discountMinor: number;
    readonly feeMinor: number;
    readonly taxMinor: number;
    readonly totalMinor: number;
  }[];
}

/** A paid booking, as far as papers about its money need it. */
export interface PaidBooking {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly currency: string;
  readonly totalMinor: number;
  readonly price: Price | null;
  readonly tickets: readonly {
    readonly ticketId: string;
    readonly ticketTypeId: number;
    readonly ticketType: string;
    readonly rate: string;
    readonly priceMinor: number;
    readonly seat: { readonly zone: string; readonly row: string; readonly number: string } | null;
  }[];
  readonly ticketNumbers: readonly string[];
  readonly transactionId: string;
  readonly paidAt: Instant;
}

export interface Seller {
  readonly name: string;
  readonly address: string | null;
  readonly taxNumber: string | null;
}

export interface ReceiptLine {
  readonly description: string;
  readonly amountMinor: number;
  /** Words of ours, which a reader gets in their language. Left out: a ticket, a tax; and by earlier versions. */
  readonly own?: 'discount' | 'fee' | 'beside';
}

/** What a receipt says, as issued: it never changes, and names nobody but the seller. */
export interface ReceiptDocument {
  readonly kind: 'booking' | 'refund';
  readonly bookingId: string;
  readonly refundId: string | null;
  readonly transactionId: string;
  readonly seller: Seller;
  readonly show: {
    readonly title: string;
    readonly startsAt: string;
    readonly timeZone: string;
    readonly venue: string;
  };
  readonly currency: string;
  readonly paidAt: string;
  readonly reason: string | null;
  readonly lines: readonly ReceiptLine[];
  readonly taxes: readonly {
    readonly name: string;
    readonly percent: number;
    readonly netMinor: number;
    readonly taxMinor: number;
  }[];
  readonly netMinor: number;
  readonly taxMinor: number;
  readonly totalMinor: number;
}

interface Papers {
  readonly seller: Seller;
  readonly show: ReceiptDocument['show'];
}

/** The receipt of a booking: its lines add up to the total, net and tax too. */
export function bookingReceipt(booking: PaidBooking, papers: Papers): ReceiptDocument {
  const parts = partsOf(booking);
  return {
    kind: 'booking',
    refundId: null,
    reason: null,
    ...common(booking, papers),
    lines: linesOf(booking, parts),
    ...amounts(booking.price, booking.totalMinor, sumOf(parts).taxMinor),
  };
}

/** The lines of a receipt: each ticket, then what was taken off and put on. */
function linesOf(booking: PaidBooking, parts: readonly Parts[]): ReceiptLine[] {
  const { price, tickets, ticketNumbers } = booking;
  const lines: ReceiptLine[] = tickets.map((ticket, i) => ({
    description: describe(ticket, ticketNumbers[i]),
    amountMinor: parts[i]!.priceMinor,
  }));
  if (price === null) return lines;
  const { discountMinor, feeMinor, taxMinor } = sumOf(parts);
  const discount = price.promoCode === null ? 'Discount' : `Discount (${price.promoCode})`;
  if (discountMinor > 0) lines.push({ description: discount, amountMinor: -discountMinor, own: 'discount' });
  if (feeMinor > 0 && price.feePaidBy === 'buyer')
    lines.push({ description: 'Service fee', amountMinor: feeMinor, own: 'fee' });
  if (taxMinor > 0 && !price.taxIncluded) lines.push({ description: taxName(price), amountMinor: taxMinor });
  return lines;
}

/**
 * The receipt of a refund: the booking's lines with a minus, each as far as it goes back, so that the receipts of all refunds
 * together equal the booking's line by line. `dealt` is null for money beside the booking's own (it was paid twice, or too
 * late): no ticket was sold for it, and no tax was in it. `taxToMakeUpMinor`: what receipts of this booking that were rounded
 * by themselves (earlier versions did) have said too little of.
 */
export function refundReceipt(
  booking: PaidBooking,
  refund: {
    readonly refundId: string;
    readonly amountMinor: number;
    readonly reason: string;
  },
  dealt: DealtRefund | null,
  papers: Papers,
  taxToMakeUpMinor = 0,
): ReceiptDocument {
  const { refundId, amountMinor, reason } = refund;
  const lines = dealt === null ? [] : linesOf(booking, dealt.lines).filter((line) => line.amountMinor !== 0);
  const beside = dealt?.beyondMinor ?? amountMinor;
  if (beside > 0) lines.push({ description: 'Paid beside this booking', amountMinor: beside, own: 'beside' });
  const taxMinor = dealt === null ? 0 : sumOf(dealt.lines).taxMinor + taxToMakeUpMinor;
  return {
    kind: 'refund',
    refundId,
    reason,
    ...common(booking, papers),
    lines: lines.map((line) => ({ ...line, amountMinor: -line.amountMinor })),
    ...amounts(dealt && booking.price, -amountMinor, -taxMinor),
  };
}

function common({ bookingId, transactionId, currency, paidAt }: PaidBooking, { seller, show }: Papers) {
  return { bookingId, transactionId, currency, seller, show, paidAt: new Date(paidAt).toISOString() };
}

function amounts(price: Price | null, totalMinor: number, taxMinor: number) {
  const netMinor = totalMinor - taxMinor;
  const taxes =
    price === null || price.taxRate === 0
      ? []
      : [{ name: taxName(price), percent: price.taxRate / 10_000, netMinor, taxMinor }];
  return { taxes, netMinor, taxMinor: taxMinor + 0, totalMinor };
}

function taxName({ taxName: name, taxRate }: Price): string {
  return `${name ?? 'Tax'} ${taxRate / 10_000} %`;
}

function describe({ ticketType, rate, seat }: PaidBooking['tickets'][number], number: string | undefined): string {
  const place = seat === null ? '' : `, ${[seat.zone, seat.row, seat.number].filter(Boolean).join(' ')}`;
  return `${ticketType} (${rate})${place}${number === undefined ? '' : `, ${number}`}`;
}
