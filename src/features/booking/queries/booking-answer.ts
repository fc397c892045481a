import type { BookingAnswer } from '../../../contract/booking.ts';
import { type Instant, toIso } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { CodedTicket } from '../../ticket-codes/index.ts';
import type { BookedTicket, Booking } from '../domain/booking.ts';
import { cancellingOf, newsOfShow, refundOfTicket } from '../domain/cancelling.ts';
import { paidPerTicket } from '../domain/decide.ts';
import type { BookedShow } from '../domain/right-to-return.ts';

type TicketStatus = BookingAnswer['tickets'][number]['status'];

function statusOf(booking: Booking, { ticketId }: BookedTicket): TicketStatus {
  if (booking.cancelledTicketIds.includes(ticketId)) return 'Cancelled';
  if (booking.transactionId !== null) return 'Sold';
  return booking.status === 'failed' ? 'Available' : 'Reserved';
}

/** Those of a booking's tickets that let somebody in, as their codes name them. Ordered is when the booking was made. */
export function codedTickets(booking: Booking, { createdAt }: { readonly createdAt: Instant }): CodedTicket[] {
  return booking.tickets
    .filter((ticket) => statusOf(booking, ticket) === 'Sold')
    .map(({ ticketId }) => ({ ticketId, eventId: booking.eventId, issuedAt: createdAt }));
}

/**
 * A booking's tickets as they are now, with the names of who comes and the codes, each by ticket id, and with what comes back of
 * each alone.
 */
export function toTicketAnswers(
  booking: Booking,
  {
    attendees,
    codes,
  }: { readonly attendees: ReadonlyMap<string, string>; readonly codes: ReadonlyMap<string, string> },
  moment: { readonly show: BookedShow; readonly now: Instant; readonly payStep: number },
): BookingAnswer['tickets'] {
  const totals = paidPerTicket(booking, booking.totalMinor);
  const decimal = (minor: number | null) => (minor === null ? null : toDecimal(minor, booking.currency));
  return booking.tickets.map((ticket, i) => ({
    ticketId: ticket.ticketId,
    ticketNumber: booking.ticketNumbers[i] ?? null,
    seat: ticket.seat,
    ticketType: ticket.ticketType,
    rate: ticket.rate,
    price: toDecimal(ticket.priceMinor, booking.currency),
    totalPrice: toDecimal(totals.get(ticket.ticketId)!, booking.currency),
    giveBack: decimal(refundOfTicket(booking, ticket.ticketId, moment)),
    status: statusOf(booking, ticket),
    code: codes.get(ticket.ticketId) ?? null,
    ...(attendees.has(ticket.ticketId) && { attendeeName: attendees.get(ticket.ticketId)! }),
  }));
}

/** A booking's refunds as they are now. */
export function toRefundAnswers({ refunds, currency }: Booking): BookingAnswer['refunds'] {
  return refunds.map(({ refundId, amountMinor, state, reason }) => ({
    refundId,
    amount: toDecimal(amountMinor, currency),
    currency,
    status: state,
    reason,
  }));
}

/** Whether its buyer may give the tickets back, and what became of its show since. */
export function toShowAnswers(
  booking: Booking,
  show: BookedShow,
  now: Instant,
  payStep: number,
): Pick<BookingAnswer, 'cancellation' | 'showChange'> {
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
