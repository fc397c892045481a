import { type Instant, toIso } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Booking } from './booking.ts';
import type { RefundState } from './booking-changes.ts';
import { cancellingOf, newsOfShow } from './cancelling.ts';
import type { BookedShow } from './right-to-return.ts';

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

/** Whether its buyer may give the tickets back, and what became of its show since. */
export function toShowAnswers(booking: Booking, show: BookedShow, now: Instant, payStep: number) {
  const cancelling = cancellingOf(booking, show, now, payStep);
  const news = newsOfShow(booking, show);
  const iso = (instant: Instant | undefined | null) => (instant == null ? null : toIso(instant));
  return {
    cancellation: cancelling && {
      until: iso(cancelling.until),
      refund: toDecimal(cancelling.refundMinor, booking.currency),
    },
    showChange: news && { kind: news.kind, startsAtBefore: iso(news.before?.startsAt) },
  };
}
