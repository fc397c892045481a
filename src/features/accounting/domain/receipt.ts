import type { Instant } from '../../../kernel/instant.ts';

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
  const { price, tickets, totalMinor } = booking;
  const lines: ReceiptLine[] = tickets.map((ticket, i) => ({
    description: describe(ticket, booking.ticketNumbers[i]),
    amountMinor: price?.lines[i]?.priceMinor ?? ticket.priceMinor,
  }));
  if (price && price.discountMinor > 0) {
    const description = price.promoCode === null ? 'Discount' : `Discount (${price.promoCode})`;
    lines.push({ description, amountMinor: -price.discountMinor });
  }
  if (price && price.feeMinor > 0 && price.feePaidBy === 'buyer') {
    lines.push({ description: 'Service fee', amountMinor: price.feeMinor });
  }
  if (price && price.taxMinor > 0 && !price.taxIncluded) {
    lines.push({ description: taxName(price), amountMinor: price.taxMinor });
  }
  const taxMinor = price?.taxMinor ?? 0;
  return {
    kind: 'booking',
    refundId: null,
    reason: null,
    ...common(booking, papers),
    lines,
    ...amounts(price, totalMinor, taxMinor),
  };
}

/** The receipt of a refund: the same with a minus; its tax is that share of the booking's tax. */
export function refundReceipt(
  booking: PaidBooking,
  refund: {
    readonly refundId: string;
    readonly amountMinor: number;
    readonly reason: string;
    readonly ticketIds: readonly string[];
  },
  papers: Papers,
): ReceiptDocument {
  const { price, totalMinor } = booking;
  const { refundId, amountMinor, reason, ticketIds } = refund;
  const taxMinor = price && totalMinor > 0 ? portion(price.taxMinor, amountMinor, totalMinor) : 0;
  const numbers = booking.tickets.flatMap(({ ticketId }, i) =>
    ticketIds.includes(ticketId) ? [booking.ticketNumbers[i] ?? ticketId] : [],
  );
  const description = numbers.length === 0 ? 'Refund' : `Refund of ${numbers.join(', ')}`;
  return {
    kind: 'refund',
    refundId,
    reason,
    ...common(booking, papers),
    lines: [{ description, amountMinor: -amountMinor }],
    ...amounts(price, -amountMinor, -taxMinor),
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

/** `part` of `whole` of an amount, half up. */
function portion(amountMinor: number, part: number, whole: number): number {
  return Number((2n * BigInt(amountMinor) * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole)));
}

function describe({ ticketType, rate, seat }: PaidBooking['tickets'][number], number: string | undefined): string {
  const place = seat === null ? '' : `, ${[seat.zone, seat.row, seat.number].filter(Boolean).join(' ')}`;
  return `${ticketType} (${rate})${place}${number === undefined ? '' : `, ${number}`}`;
}
