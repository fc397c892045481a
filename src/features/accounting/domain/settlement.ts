import type { PaidBooking } from './receipt.ts';

/** What was taken and given back for some tickets, in minor units. */
export interface SettlementFigures {
  /** Tickets that are sold now, and those that were given back. */
  sold: number;
  cancelled: number;
  /** The prices of all of them. */
  ticketsMinor: number;
  discountMinor: number;
  feesMinor: number;
  taxMinor: number;
  /** What buyers paid. */
  takenMinor: number;
}

export interface Settlement extends SettlementFigures {
  bookings: number;
  refundedMinor: number;
  /** Promised and not given back yet. */
  refundDueMinor: number;
  readonly types: Map<number, SettlementFigures & { readonly name: string }>;
}

export interface SettledBooking extends Omit<PaidBooking, 'transactionId' | 'paidAt' | 'ticketNumbers'> {
  readonly cancelledTicketIds: readonly string[];
  readonly refundedMinor: number;
  readonly refundDueMinor: number;
}

const nothing = (): SettlementFigures => ({
  ...{ sold: 0, cancelled: 0, ticketsMinor: 0, discountMinor: 0, feesMinor: 0, taxMinor: 0, takenMinor: 0 },
});

export function emptySettlement(): Settlement {
  return { ...nothing(), bookings: 0, refundedMinor: 0, refundDueMinor: 0, types: new Map() };
}

/** Adds a paid booking to the settlement of its event: to the whole, and ticket by ticket to their types. */
export function addToSettlement(settlement: Settlement, booking: SettledBooking): void {
  settlement.bookings += 1;
  settlement.refundedMinor += booking.refundedMinor;
  settlement.refundDueMinor += booking.refundDueMinor;
  for (const [i, ticket] of booking.tickets.entries()) {
    const line = booking.price?.lines[i];
    const isCancelled = booking.cancelledTicketIds.includes(ticket.ticketId);
    let type = settlement.types.get(ticket.ticketTypeId);
    if (!type) {
      type = { name: ticket.ticketType, ...nothing() };
      settlement.types.set(ticket.ticketTypeId, type);
    }
    for (const figures of [settlement, type]) {
      figures[isCancelled ? 'cancelled' : 'sold'] += 1;
      figures.ticketsMinor += line?.priceMinor ?? ticket.priceMinor;
      figures.discountMinor += line?.discountMinor ?? 0;
      figures.feesMinor += line?.feeMinor ?? 0;
      figures.taxMinor += line?.taxMinor ?? 0;
      figures.takenMinor += line?.totalMinor ?? ticket.priceMinor;
    }
  }
}

/** What is the organiser's once every promised refund is carried out. */
export function dueMinor({ takenMinor, refundedMinor, refundDueMinor }: Settlement): number {
  return takenMinor - refundedMinor - refundDueMinor;
}
