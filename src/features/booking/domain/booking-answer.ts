import { toDecimal } from '../../../kernel/money.ts';
import type { Booking } from './booking.ts';
import type { RefundState } from './booking-changes.ts';

/** A booking's tickets as they are now. */
export function toTicketAnswers(booking: Booking, attendees: ReadonlyMap<string, string> = new Map()) {
  const sold = booking.transactionId !== null;
  const freed = booking.status === 'failed';
  return booking.tickets.map((ticket, i) => ({
    ticketId: ticket.ticketId,
    ticketNumber: booking.ticketNumbers[i] ?? null,
    seat: ticket.seat,
    ticketType: ticket.ticketType,
    rate: ticket.rate,
    price: toDecimal(ticket.priceMinor, booking.currency),
    status: booking.cancelledTicketIds.includes(ticket.ticketId)
      ? 'Cancelled'
      : sold
        ? 'Sold'
        : freed
          ? 'Available'
          : 'Reserved',
    ...(attendees.has(ticket.ticketId) && { attendeeName: attendees.get(ticket.ticketId)! }),
  }));
}

/** A booking's refunds as they are now. */
export function toRefundAnswers({ refunds, currency }: Booking) {
  return refunds.map(({ refundId, amountMinor, state, reason }) => ({
    refundId,
    amount: toDecimal(amountMinor, currency),
    currency,
    status: state satisfies RefundState as string,
    reason,
  }));
}
