import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { instantOfUuid } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Booking, BookingEvent } from './booking.ts';
import { type Refund, refundedMinor } from './booking-changes.ts';
import { payable } from './cancellation-policy.ts';

/** Staff give money back, for whatever reason. */
export interface RefundBooking {
  readonly type: 'RefundBooking';
  /** A captured payment of the booking, and what of it has not been given back or promised. */
  readonly payment: { readonly paymentId: string; readonly leftMinor: number };
  /** Null: all that is left. */
  readonly amountMinor: number | null;
  /** Null: tickets whose money is all back are cancelled. `keep`: they stay valid all the same, as goodwill. */
  readonly tickets: 'cancel' | 'keep' | null;
  /** The places may be sold again. */
  readonly isAhead: boolean;
  readonly refundId: string;
  readonly freshTicketId: (ticketId: string) => string;
  /** What the provider pays back is a multiple of it, in minor units. */
  readonly payStep: number;
  /** The same amount once more is meant: staff said so, or a key stands for this very request. */
  readonly mayRepeat: boolean;
  readonly now: Instant;
  readonly reason: string;
}

/** A button pressed twice: the same part of the same payment again so soon is asked about first. */
const repeatedWithinMs = 60_000;

export type RefundBookingRefusal =
  | { readonly code: 'REFUND_TOO_MUCH'; readonly left: number; readonly currency: string }
  | { readonly code: 'REFUND_REPEATED'; readonly refundId: string }
  /** A part never cancels tickets: which ones would it be? */
  | { readonly code: 'REFUND_KEEPS_TICKETS' };

/**
 * What giving money back means for a booking. A part of the money changes nothing about the tickets. When the last of it
 * goes back the tickets that are left go too, unless staff say that they stay. Money beside the booking's own (it was paid
 * twice, or too late) never stood for tickets.
 */
export function decideRefund(
  booking: Booking,
  command: RefundBooking,
): Decision<readonly BookingEvent[], RefundBookingRefusal> {
  const { payment, refundId, reason, tickets, isAhead, freshTicketId } = command;
  const { paymentId, leftMinor } = payment;
  const asked = command.amountMinor ?? leftMinor;
  if (asked > leftMinor || asked === 0) {
    const { currency } = booking;
    return refuse({ code: 'REFUND_TOO_MUCH', left: toDecimal(leftMinor, currency), currency });
  }
  const amountMinor = payable(asked, leftMinor, command.payStep);
  const twin = command.amountMinor === null || command.mayRepeat ? undefined : findTwin(booking, command, amountMinor);
  if (twin) return refuse({ code: 'REFUND_REPEATED', refundId: twin.refundId });
  const isAll = amountMinor === leftMinor && booking.status === 'completed' && paymentId === booking.paymentId;
  if (tickets === 'cancel' && !isAll) return refuse({ code: 'REFUND_KEEPS_TICKETS' });
  const ids = booking.tickets.map(({ ticketId }) => ticketId);
  const ticketIds = ids.filter((id) => !booking.cancelledTicketIds.includes(id));
  const money = { refundId, paymentId, amountMinor, currency: booking.currency, reason };
  if (!isAll || tickets === 'keep') {
    return accept([{ type: 'RefundDue', data: { ...money, ...(isAll && { keepsTickets: true as const }) } }]);
  }
  const freshTicketIds = isAhead ? ticketIds.map(freshTicketId) : [];
  const keptMinor = Math.max(0, booking.paidMinor - refundedMinor(booking) - amountMinor);
  const cancelled = { ticketIds, freshTicketIds, by: 'staff' as const, refundMinor: amountMinor, keptMinor };
  return accept([
    { type: 'BookingCancelled', data: cancelled },
    { type: 'RefundDue', data: { ...money, ticketIds } },
  ]);
}

function findTwin({ refunds }: Booking, { payment, now }: RefundBooking, amountMinor: number): Refund | undefined {
  return refunds.find(
    (one) =>
      one.paymentId === payment.paymentId &&
      one.amountMinor === amountMinor &&
      one.state !== 'failed' &&
      one.ticketIds === undefined &&
      now - instantOfUuid(one.refundId) < repeatedWithinMs,
  );
}
