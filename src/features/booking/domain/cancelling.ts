import type { Instant } from '../../../kernel/instant.ts';
import type { ShowFacts } from '../../../kernel/show-facts.ts';
import type { Booking } from './booking.ts';
import { decide } from './decide.ts';
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

/** What became of a show since its buyer bought. */
export interface ShowNews {
  readonly kind: 'cancelled' | 'postponed' | 'resumed' | 'moved';
  /** As the buyer knew it; null: earlier versions did not keep that. */
  readonly before: ShowFacts | null;
}

/** What a buyer must know who only looks now; null: the show is as it was. */
export function newsOfShow(
  { toldMoves }: Pick<Booking, 'toldMoves'>,
  { isPostponed, isCalledOff }: BookedShow,
): ShowNews | null {
  const moves = toldMoves.toSorted((a, b) => (a.edition ?? 0) - (b.edition ?? 0));
  if (isCalledOff) return { kind: 'cancelled', before: moves[0]?.before ?? null };
  if (isPostponed) return { kind: 'postponed', before: moves.at(-1)?.before ?? null };
  if (moves.length === 0) return null;
  // As earlier versions had it, or on sale again since a moment ago.
  const kind = moves.at(-1)!.kind ?? 'moved';
  return { kind: kind === 'postponed' ? 'resumed' : kind, before: moves[0]!.before ?? null };
}
