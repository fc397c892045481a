import type { Instant } from '../../../kernel/instant.ts';
import { timedOut } from './failure-codes.ts';

/** A hold in payment cannot lapse for this long, so that a slow card does not lose the seat. */
export const paymentGraceMs = 120_000;

/** The same while the buyer is at the bank (3-D Secure): then the payment is cancelled there, and only then are the places freed. */
export const challengeGraceMs = 600_000;

/** A payment that its provider is still working on keeps the places no longer than this, nor beyond the start of the show. */
const processingMs = 7 * 24 * 3_600_000;

/**
 * From when on a payment is to be let go that is neither paid nor refused. A postponed show does not begin; what was bought
 * when the show had begun already is not ended by its start.
 */
export function processingEnds(
  { createdAt }: { readonly createdAt: Instant },
  { startsAt, isPostponed }: { readonly startsAt: Instant; readonly isPostponed: boolean },
): Instant {
  const latest = createdAt + processingMs;
  return isPostponed || startsAt <= createdAt ? latest : Math.min(latest, startsAt);
}

/** After a declined card the buyer keeps the tickets at least this long, once. */
export const declinedKeepMs = 120_000;

/**
 * How long the tickets are kept at least after a payment that came to nothing for this reason: not at all if the buyer let it lapse, else for
 * `keepMs`, which is less for what is given away.
 * Whoever reads a hold anew goes by the same rule (`loadHolds`), or it would come back on places that are somebody else's by then.
 */
export function keepMsAfter(failureCode: string | null, keepMs: number): number {
  return failureCode === timedOut ? 0 : keepMs;
}
