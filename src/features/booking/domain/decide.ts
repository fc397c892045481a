import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { ShowChangeKind } from '../../../kernel/show-facts.ts';
import type { BookedTicket, Booking, BookingEvent } from './booking.ts';
import { type CancelledBy, type ChangeNotice, refundedMinor } from './booking-changes.ts';
import { cancelFee, payable, splitAmount } from './cancellation-policy.ts';
import { type CorrectContact, type CorrectContactRefusal, decideContact } from './correct-contact.ts';
import { decideMoneyFound, type NoteMoneyFound } from './decide-money-found.ts';
import { decideRefund, type RefundBooking, type RefundBookingRefusal } from './decide-refund.ts';
import { leftAlone } from './left-alone.ts';
import { type BookedShow, rightToReturn } from './right-to-return.ts';

interface Cancel {
  readonly by: CancelledBy;
  readonly show: BookedShow;
  readonly now: Instant;
  /** Drawn by the caller: the refund's id, if one becomes due, and a fresh ticket's id for each place that is freed. */
  readonly refundId: string;
  readonly freshTicketId: (ticketId: string) => string;
  /** Staff may say what is given back; else `full` for staff and shows, `policy` for buyers. */
  readonly refund?: 'full' | 'policy' | 'none';
  /** The captured payment of a booking that its events do not call paid (it is in review). */
  readonly captured?: { readonly paymentId: string; readonly amountMinor: number } | null;
  /** What the provider pays back is a multiple of it, in minor units; left out: 1. */
  readonly payStep?: number;
  readonly reason: string;
}

/** The show is of another edition: its buyer is notified, unless the tickets were bought for that one. */
interface NotifyOfShow {
  readonly type: 'NotifyOfShow';
  readonly kind: Exclude<ShowChangeKind, 'cancelled'>;
  readonly notice: ChangeNotice & { readonly edition: number };
  /** When the show begins; null: it is postponed. */
  readonly startsAt: Instant | null;
}

export type BookingCommand =
  | ({ readonly type: 'CancelBooking' } & Cancel)
  | ({ readonly type: 'CancelTickets'; readonly ticketIds: readonly string[] } & Cancel)
  | { readonly type: 'ClaimBooking'; readonly owner: string }
  | NotifyOfShow
  | CorrectContact
  | { readonly type: 'NameAttendees'; readonly ticketIds: readonly string[] }
  | NoteMoneyFound
  | RefundBooking;

export type BookingRefusal =
  /** It waits for its payment, failed, or expired. */
  | { readonly code: 'BOOKING_NOT_PAID'; readonly status: string }
  | { readonly code: 'CANCELLATION_NOT_ALLOWED' }
  | { readonly code: 'CANCELLATION_TOO_LATE'; readonly deadline: Instant }
  /** These would be left without the ticket that they are sold with only: they must go too. */
  | { readonly code: 'CANCELLATION_BREAKS_RATE'; readonly tickets: readonly TicketLeftAlone[] }
  | { readonly code: 'TICKET_UNKNOWN'; readonly ids: readonly string[] }
  | CorrectContactRefusal
  | RefundBookingRefusal;

export type TicketLeftAlone = Pick<BookedTicket, 'ticketId' | 'ticketType' | 'rate'>;

type Decided = Decision<readonly BookingEvent[], BookingRefusal>;
const nothing: Decided = accept([]);

/**
 * What a command does to a booking: the events that follow, none if it is so already (cancelling twice refunds once), or
 * why it is refused. Pure: ids, time and the show's rules come with the command.
 */
export function decide(booking: Booking, command: BookingCommand): Decided {
  switch (command.type) {
    case 'CancelBooking': {
      const left = booking.tickets.map(({ ticketId }) => ticketId).filter((id) => !isCancelled(booking, id));
      return booking.status === 'cancelled' ? nothing : cancel(booking, left, command);
    }
    case 'CancelTickets': {
      const known = new Set(booking.tickets.map(({ ticketId }) => ticketId));
      const unknown = command.ticketIds.filter((id) => !known.has(id));
      if (unknown.length > 0) return refuse({ code: 'TICKET_UNKNOWN', ids: unknown });
      const left = [...new Set(command.ticketIds)].filter((id) => !isCancelled(booking, id));
      return left.length === 0 ? nothing : cancel(booking, left, command);
    }
    case 'ClaimBooking': {
      if (booking.owner === command.owner) return nothing;
      const data = { owner: command.owner, previousOwner: booking.owner };
      return accept([{ type: 'BookingClaimed', data }]);
    }
    case 'NotifyOfShow': {
      const { kind, notice, startsAt: refundableUntil } = command;
      const wasNotified = booking.changeNotices.some(({ changeId }) => changeId === notice.changeId);
      if (booking.status !== 'completed' || wasNotified || (booking.edition ?? 0) >= notice.edition) return nothing;
      if (kind === 'updated') return accept([{ type: 'ShowUpdated', data: notice }]);
      return accept([{ type: 'ShowMoved', data: { ...notice, kind, refundableUntil } }]);
    }
    case 'CorrectContact':
      return decideContact(booking, command);
    case 'NoteMoneyFound':
      return accept(decideMoneyFound(booking, command));
    case 'RefundBooking':
      return decideRefund(booking, command);
    case 'NameAttendees': {
      const { ticketIds } = command;
      const unknown = ticketIds.filter((id) => !booking.tickets.some(({ ticketId }) => ticketId === id));
      if (unknown.length > 0) return refuse({ code: 'TICKET_UNKNOWN', ids: unknown });
      return accept([{ type: 'AttendeesNamed', data: { ticketIds } }]);
    }
  }
}

function isCancelled(booking: Booking, ticketId: string): boolean {
  return booking.cancelledTicketIds.includes(ticketId);
}

/** What was paid for each ticket: parts of the total that add up to it. */
export function paidPerTicket(booking: Booking, totalMinor = booking.paidMinor): ReadonlyMap<string, number> {
  const parts = splitAmount(
    totalMinor,
    booking.tickets.map(({ priceMinor }, i) => booking.price?.lines[i]?.totalMinor ?? priceMinor),
  );
  return new Map(booking.tickets.map(({ ticketId }, i) => [ticketId, parts[i]!]));
}

function cancel(booking: Booking, ticketIds: readonly string[], command: Cancel): Decided {
  const { by, show, now, captured } = command;
  const mayCancel = booking.status === 'completed' || (booking.status === 'needs_review' && by !== 'buyer');
  if (!mayCancel) return refuse({ code: 'BOOKING_NOT_PAID', status: booking.status });
  const right = rightToReturn(booking, show, now);
  if (by === 'buyer' && !right.accepted) return right;
  const broken = by === 'buyer' ? brokenBy(booking, ticketIds, show) : [];
  if (broken.length > 0) return refuse({ code: 'CANCELLATION_BREAKS_RATE', tickets: broken });
  const paidMinor = captured?.amountMinor ?? booking.paidMinor;
  const paymentId = captured?.paymentId ?? booking.paymentId;
  const share = paidPerTicket(booking, paidMinor);
  const isFull = by !== 'buyer' || (right.accepted && right.value.isFull);
  const how = command.refund ?? (isFull ? 'full' : 'policy');
  const amounts = ticketIds.map((id) => {
    const paid = share.get(id)!;
    return how === 'none' ? 0 : paid - (how === 'policy' ? cancelFee(show.policy, paid) : 0);
  });
  const before = refundedMinor({ refunds: booking.refunds, paymentId });
  // A bank may have taken back more than was left.
  const leftMinor = Math.max(0, paidMinor - before);
  const refundMinor = payable(sum(amounts), leftMinor, command.payStep ?? 1);
  const isAll = booking.cancelledTicketIds.length + ticketIds.length === booking.tickets.length;
  const stake = isAll ? leftMinor : sum(ticketIds.map((id) => share.get(id)!));
  const keptMinor = Math.max(0, stake - refundMinor);
  const freshTicketIds = show.isAhead ? ticketIds.map(command.freshTicketId) : [];
  const events: BookingEvent[] = [
    {
      type: isAll ? 'BookingCancelled' : 'TicketsCancelled',
      data: { ticketIds, freshTicketIds, by, refundMinor, keptMinor },
    },
  ];
  if (refundMinor > 0 && paymentId !== null) {
    const { refundId, reason } = command;
    const { currency } = booking;
    const data = { refundId, paymentId, amountMinor: refundMinor, currency, ticketIds, reason };
    events.push({ type: 'RefundDue', data });
  }
  return accept(events);
}

/** Rules of rates are for buyers, as when they bought; what was alone before is not made so by this. */
function brokenBy(
  { tickets, cancelledTicketIds }: Booking,
  going: readonly string[],
  { companionRules = [] }: BookedShow,
): readonly TicketLeftAlone[] {
  const present = tickets.filter(({ ticketId }) => !cancelledTicketIds.includes(ticketId));
  const alone = new Set(leftAlone(present, companionRules));
  const staying = present.filter(({ ticketId }) => !going.includes(ticketId));
  return leftAlone(staying, companionRules)
    .filter((ticket) => !alone.has(ticket))
    .map(({ ticketId, ticketType, rate }) => ({ ticketId, ticketType, rate }));
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}
