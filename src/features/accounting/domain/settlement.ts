import { dealRefunds, type MoneyBackStep, type Parts, partsOf } from './money-back.ts';
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
  /** What of these has gone back, or is promised. */
  ticketsBackMinor: number;
  discountBackMinor: number;
  feesBackMinor: number;
  taxBackMinor: number;
  /** Given back by us or at the provider; promised and not given back yet; given back by banks after disputes. */
  refundedMinor: number;
  refundDueMinor: number;
  lostMinor: number;
  /** Fees that the organiser pays, less those that went back with a refund. */
  feesKeptMinor: number;
}

export interface Settlement extends SettlementFigures {
  bookings: number;
  readonly types: Map<number, SettlementFigures & { readonly name: string }>;
}

export interface SettledBooking extends Omit<PaidBooking, 'transactionId' | 'paidAt' | 'ticketNumbers'> {
  readonly cancelledTicketIds: readonly string[];
  readonly moneyBack: {
    readonly all: readonly { readonly refundId: string; readonly origin: string; readonly state: string }[];
    readonly steps: readonly MoneyBackStep[];
  };
}

const nothing = (): SettlementFigures => ({
  ...{ sold: 0, cancelled: 0, ticketsMinor: 0, discountMinor: 0, feesMinor: 0, taxMinor: 0, takenMinor: 0 },
  ...{ ticketsBackMinor: 0, discountBackMinor: 0, feesBackMinor: 0, taxBackMinor: 0 },
  ...{ refundedMinor: 0, refundDueMinor: 0, lostMinor: 0, feesKeptMinor: 0 },
});

export function emptySettlement(): Settlement {
  return { ...nothing(), bookings: 0, types: new Map() };
}

/** Adds a paid booking to the settlement of its event: to the whole, and ticket by ticket to their types. */
export function addToSettlement(settlement: Settlement, booking: SettledBooking): void {
  settlement.bookings += 1;
  const both = booking.tickets.map((ticket) => [settlement, typeOf(settlement, ticket)]);
  const paysFees = booking.price?.feePaidBy === 'organizer';
  for (const [i, parts] of partsOf(booking).entries()) {
    const isCancelled = booking.cancelledTicketIds.includes(booking.tickets[i]!.ticketId);
    for (const figures of both[i]!) {
      figures[isCancelled ? 'cancelled' : 'sold'] += 1;
      figures.ticketsMinor += parts.priceMinor;
      figures.discountMinor += parts.discountMinor;
      figures.feesMinor += parts.feeMinor;
      figures.taxMinor += parts.taxMinor;
      figures.takenMinor += parts.totalMinor;
      if (paysFees) figures.feesKeptMinor += parts.feeMinor;
      // It cost nothing, so that no money goes back with it.
      if (isCancelled && parts.totalMinor === 0) addBack(figures, parts, paysFees);
    }
  }
  const dealt = dealRefunds(booking, booking.moneyBack.steps);
  for (const { refundId, origin, state } of booking.moneyBack.all) {
    const refund = dealt.get(refundId);
    if (!refund) continue;
    const kind = origin === 'dispute' ? 'lostMinor' : state === 'due' ? 'refundDueMinor' : 'refundedMinor';
    for (const [i, parts] of refund.lines.entries()) {
      for (const figures of both[i]!) {
        addBack(figures, parts, paysFees);
        // What is beyond all tickets stands with the first.
        figures[kind] += parts.totalMinor + (i === 0 ? refund.beyondMinor : 0);
      }
    }
  }
}

function addBack(figures: SettlementFigures, parts: Parts, paysFees: boolean): void {
  figures.ticketsBackMinor += parts.priceMinor;
  figures.discountBackMinor += parts.discountMinor;
  figures.feesBackMinor += parts.feeMinor;
  figures.taxBackMinor += parts.taxMinor;
  if (paysFees) figures.feesKeptMinor -= parts.feeMinor;
}

function typeOf(settlement: Settlement, ticket: PaidBooking['tickets'][number]): SettlementFigures {
  const known = settlement.types.get(ticket.ticketTypeId);
  if (known) return known;
  const type = { name: ticket.ticketType, ...nothing() };
  settlement.types.set(ticket.ticketTypeId, type);
  return type;
}

/** What is the organiser's once every promised refund is carried out. */
export function dueMinor(figures: SettlementFigures): number {
  const { takenMinor, refundedMinor, refundDueMinor, lostMinor, feesKeptMinor } = figures;
  return takenMinor - refundedMinor - refundDueMinor - lostMinor - feesKeptMinor;
}
