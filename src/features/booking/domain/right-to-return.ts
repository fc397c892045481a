import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Booking } from './booking.ts';
import { type CancellationPolicy, cancelDeadline } from './cancellation-policy.ts';
import type { CompanionRule } from './left-alone.ts';

/** The show of a booking as it is now, as far as giving tickets back goes. */
export interface BookedShow {
  readonly startsAt: Instant;
  /** Put off, and nobody knows until when: it does not begin before it is on sale again. */
  readonly isPostponed: boolean;
  readonly isCalledOff: boolean;
  /** The edition since which it is at its date and place; 0: as announced. */
  readonly movedEdition: number;
  /** Its places may be sold again: it is neither over nor called off. */
  readonly isAhead: boolean;
  readonly policy: CancellationPolicy;
  /** Left out: each ticket may be had alone. */
  readonly companionRules?: readonly CompanionRule[];
}

/** What a buyer may do. */
export interface RightToReturn {
  /** All the money comes back, whatever the policy says. */
  readonly isFull: boolean;
  /** The last moment is just before this; null: nobody knows yet. */
  readonly until: Instant | null;
}

type NoRight =
  | { readonly code: 'CANCELLATION_NOT_ALLOWED' }
  | { readonly code: 'CANCELLATION_TOO_LATE'; readonly deadline: Instant };

/**
 * Whether a buyer may give tickets back now. Whoever bought for another date or place gets all the money, and so does
 * everybody while a show is postponed; else the policy decides. No right outlives the start of the show as it is now,
 * whatever the buyer heard before.
 */
export function rightToReturn(
  { moveNotices, edition = 0 }: Pick<Booking, 'moveNotices' | 'edition'>,
  { startsAt, isPostponed, movedEdition, policy }: BookedShow,
  now: Instant,
): Decision<RightToReturn, NoRight> {
  if (isPostponed) return accept({ isFull: true, until: null });
  // Notified, or not yet: the job for that is on its way. Moves of earlier versions are known by their notices alone.
  const isMoved = edition < movedEdition || moveNotices.length > 0;
  if (isMoved && now < startsAt) return accept({ isFull: true, until: startsAt });
  if (!policy.allowed) return refuse({ code: 'CANCELLATION_NOT_ALLOWED' });
  const deadline = cancelDeadline(policy, startsAt);
  if (now >= deadline) return refuse({ code: 'CANCELLATION_TOO_LATE', deadline });
  return accept({ isFull: false, until: deadline });
}
