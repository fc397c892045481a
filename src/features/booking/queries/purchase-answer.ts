import type { PurchaseAnswer } from '../../../contract/booking.ts';
import { toDecimal } from '../../../kernel/money.ts';
import { type PriceBreakdown, toPriceAnswer } from '../../pricing/index.ts';
import type { BookedTicket } from '../domain/booking.ts';

const notYet = 'The outcome of the payment is not known yet. Ask again with the same Idempotency-Key.';
const actionNeeded =
  'The bank wants to ask you first: follow the action, then ask again with the same Idempotency-Key.';

/** The answer of a payment for which the buyer has something to do first. */
export function withAction(answer: PurchaseAnswer, action: NonNullable<PurchaseAnswer['action']>): PurchaseAnswer {
  return { ...answer, message: actionNeeded, action };
}

/**
 * The answer for a booking whose payment is `completed` or still open (`awaiting_payment`). It follows from the booking's first two events
 * alone, so a replay of the request makes the same bytes from them, whatever happened to the booking later; no text has to be kept under
 * the key.
 */
export function toPurchaseAnswer(booking: {
  readonly bookingId: string;
  readonly status: string;
  readonly transactionId: string | null;
  readonly totalMinor: number;
  readonly price?: PriceBreakdown | null;
  readonly currency: string;
  readonly tickets: readonly BookedTicket[];
  readonly ticketNumbers: readonly string[];
}): PurchaseAnswer {
  const paid = booking.status === 'completed';
  const count = booking.tickets.length;
  return {
    success: paid,
    message: paid ? `Paid. ${count === 1 ? 'The ticket is' : `The ${count} tickets are`} yours.` : notYet,
    bookingId: booking.bookingId,
    status: booking.status,
    transactionId: booking.transactionId,
    totalPrice: toDecimal(booking.totalMinor, booking.currency),
    priceBreakdown: toPriceAnswer(booking.price, booking.totalMinor, booking.currency),
    currency: booking.currency,
    tickets: booking.tickets.map((ticket, i) => ({
      ticketId: ticket.ticketId,
      ticketNumber: booking.ticketNumbers[i] ?? null,
      seat: ticket.seat,
      ticketType: ticket.ticketType,
      rate: ticket.rate,
      price: toDecimal(ticket.priceMinor, booking.currency),
      status: paid ? 'Sold' : 'Reserved',
    })),
  };
}
