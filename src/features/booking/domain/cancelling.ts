import { accept, type Decision } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { ShowFacts } from '../../../kernel/show-facts.ts';
import type { Booking } from './booking.ts';
import { type BookingCommand, type BookingRefusal, decide, paidPerTicket } from './decide.ts';
import { type BookedShow, type RightToReturn, rightToReturn } from './right-to-return.ts';

/** What comes back if the buyer cancels everything now. */
export interface Cancelling extends RightToReturn {
  readonly refundMinor: number;
}

/** What a buyer who cancels now would get; null where that is not to be had. The command itself is asked, so it is what will be done. */
export function cancellingOf(booking: Booking, show: BookedShow, now: Instant, payStep = 1): Cancelling | null {
  const nobody = { refundId: '', freshTicketId: () => '', reason: '', payStep };
  const decided = decide(booking, { type: 'CancelBooking', by: 'buyer', show, now, ...nobody });
  const event = decided.accepted ? decided.value.find(({ type }) => type === 'BookingCancelled') : undefined;
  const right = rightToReturn(booking, show, now);
  if (event?.type !== 'BookingCancelled' || !right.accepted) return null;
  return { refundMinor: event.data.refundMinor, ...right.value };
}

type CancelCommand = Extract<BookingCommand, { type: 'CancelBooking' | 'CancelTickets' }>;

/** Which tickets would be given back, and how; as the command takes it, without what is drawn for writing. */
export interface GiveBackWish extends Pick<CancelCommand, 'by' | 'refund' | 'captured' | 'payStep'> {
  /** Null: all that are left. */
  readonly ticketIds: readonly string[] | null;
}

/** What giving tickets back would come to. */
export interface GiveBack {
  /** Those that would be cancelled; empty: they are already. */
  readonly tickets: readonly { readonly ticketId: string; readonly paidMinor: number }[];
  readonly isWhole: boolean;
  readonly refundMinor: number;
  /** What stays with the organiser of what these tickets cost. */
  readonly keptMinor: number;
  /** The last moment for a buyer is just before this; null: nobody knows it yet, or staff may at any time. */
  readonly until: Instant | null;
}

/** What a cancellation would do now, or why it would be refused: the command itself is asked, and nothing written. */
export function giveBackOf(
  booking: Booking,
  show: BookedShow,
  now: Instant,
  { ticketIds, ...wish }: GiveBackWish,
): Decision<GiveBack, BookingRefusal> {
  const how = { ...wish, show, now, refundId: '', freshTicketId: () => '', reason: '' };
  const decided = decide(
    booking,
    ticketIds === null ? { type: 'CancelBooking', ...how } : { type: 'CancelTickets', ticketIds, ...how },
  );
  if (!decided.accepted) return decided;
  const event = decided.value.find((one) => one.type === 'BookingCancelled' || one.type === 'TicketsCancelled');
  const isWhole = event === undefined ? booking.status === 'cancelled' : event.type === 'BookingCancelled';
  if (event?.type !== 'BookingCancelled' && event?.type !== 'TicketsCancelled') {
    return accept({ tickets: [], isWhole, refundMinor: 0, keptMinor: 0, until: null });
  }
  const paid = paidPerTicket(booking, wish.captured?.amountMinor);
  const tickets = event.data.ticketIds.map((ticketId) => ({ ticketId, paidMinor: paid.get(ticketId)! }));
  const { refundMinor } = event.data;
  const cost = tickets.reduce((sum, { paidMinor }) => sum + paidMinor, 0);
  // The event of a whole booking counts what was kept of tickets that went before; and money may have come back without a ticket.
  const keptMinor = Math.min(event.data.keptMinor, Math.max(0, cost - refundMinor));
  const right = rightToReturn(booking, show, now);
  const until = wish.by === 'buyer' && right.accepted ? right.value.until : null;
  return accept({ tickets, isWhole, refundMinor, keptMinor, until });
}

/** What a buyer who gives one ticket back now would get, in minor units; null where it cannot go alone. */
export function refundOfTicket(
  booking: Booking,
  ticketId: string,
  { show, now, payStep }: { readonly show: BookedShow; readonly now: Instant; readonly payStep: number },
): number | null {
  const decided = giveBackOf(booking, show, now, { ticketIds: [ticketId], by: 'buyer', payStep });
  return decided.accepted && decided.value.tickets.length > 0 ? decided.value.refundMinor : null;
}

/** What became of a show since its buyer bought. */
export interface ShowNews {
  readonly kind: 'cancelled' | 'postponed' | 'resumed' | 'moved';
  /** As the buyer knew it; null: earlier versions did not keep that. */
  readonly before: ShowFacts | null;
}

/** What a buyer must know who only looks now; null: the show is as it was. */
export function newsOfShow(
  { moveNotices }: Pick<Booking, 'moveNotices'>,
  { isPostponed, isCalledOff }: BookedShow,
): ShowNews | null {
  const moves = moveNotices.toSorted((a, b) => (a.edition ?? 0) - (b.edition ?? 0));
  if (isCalledOff) return { kind: 'cancelled', before: moves[0]?.before ?? null };
  if (isPostponed) return { kind: 'postponed', before: moves.at(-1)?.before ?? null };
  if (moves.length === 0) return null;
  // Postponed, and on sale again since a moment ago.
  const kind = moves.at(-1)!.kind;
  return { kind: kind === 'postponed' ? 'resumed' : kind, before: moves[0]!.before ?? null };
}
