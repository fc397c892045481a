/**
 * How often something may fail (a password, a code, a card), by names of several kinds at once: an account, a card, a network.
 * Failures are counted by name in fixed windows; this is the rule, and who counts asks it.
 */
export interface AttemptLimit {
  /** So many failures within a window are borne. */
  readonly max: number;
  readonly windowMs: number;
  /**
   * What an attempt counts for until its end is known, so that a hundred at once are no way around.
   * - `as failed`: it has failed unless it proves right, whatever becomes of it;
   * - `while under way`: whoever is only refused because of such may ask again in a second;
   * - `not`: where a thousand may try at once.
   */
  readonly attemptsCount: 'as failed' | 'while under way' | 'not';
  /** A success makes up for one failure. */
  readonly successMakesUp?: boolean;
}

/** The limits of something, by kind of name. */
export type AttemptLimits<Kind extends string> = { readonly [kind in Kind]: AttemptLimit };

/** Who attempts something, by each kind that is counted; null where it has no name of that kind. */
export type Attempter<Kind extends string> = { readonly [kind in Kind]: string | null };

/** How an attempt ended: it was right, it failed, or it came to neither (it was withdrawn, or there was no time for it). */
export type AttemptEnd = 'right' | 'failed' | 'neither';

/** What is counted of one name in one window. */
export interface Tally {
  readonly failures: number;
  readonly underWay: number;
  /** In milliseconds, by the clock of whoever counts. */
  readonly endsAt: number;
}

/** Whoever is only refused because of attempts under way may ask again after this. */
const askAgainMs = 1_000;

/**
 * The tally that counts now: none once its window has passed. One that would last for more than two windows was counted by a clock
 * that has been set back since, and locks nobody out.
 */
export function currentTally({ windowMs }: AttemptLimit, tally: Tally | undefined, now: number): Tally | undefined {
  return tally !== undefined && tally.endsAt > now && tally.endsAt <= now + 2 * windowMs ? tally : undefined;
}

/** Until when the bearer of the name must wait; null if it may try. */
export function waitUntil(limit: AttemptLimit, tally: Tally | undefined, now: number): number | null {
  const current = currentTally(limit, tally, now);
  if (current === undefined) return null;
  if (current.failures >= limit.max) return current.endsAt;
  return current.failures + current.underWay >= limit.max ? now + askAgainMs : null;
}

/** The tally with an attempt that begins; the same where it does not count yet. The window begins with the first. */
export function withAttempt(limit: AttemptLimit, tally: Tally | undefined, now: number): Tally | undefined {
  const current = currentTally(limit, tally, now);
  if (limit.attemptsCount === 'not') return current;
  const { failures, underWay, endsAt } = current ?? begin(limit, now);
  return limit.attemptsCount === 'as failed'
    ? { failures: failures + 1, underWay, endsAt }
    : { failures, underWay: underWay + 1, endsAt };
}

/**
 * The tally after an attempt has ended, or undefined once nothing is counted. `begunIn`: until when the window lasts in which the
 * attempt was counted; what a later window counts is not taken back.
 */
export function withEnd(
  limit: AttemptLimit,
  tally: Tally | undefined,
  { end, begunIn, now }: { readonly end: AttemptEnd; readonly begunIn: number | undefined; readonly now: number },
): Tally | undefined {
  const current = currentTally(limit, tally, now);
  const isCounted = current !== undefined && current.endsAt === begunIn;
  let { failures, underWay, endsAt } = current ?? begin(limit, now);
  if (limit.attemptsCount === 'as failed') {
    if (end !== 'failed' && isCounted) failures -= 1;
  } else {
    if (limit.attemptsCount === 'while under way' && isCounted) underWay -= 1;
    if (end === 'failed') failures += 1;
    if (end === 'right' && limit.successMakesUp === true && failures > 0) failures -= 1;
  }
  return failures > 0 || underWay > 0 ? { failures, underWay, endsAt } : undefined;
}

/** Whether this end of an attempt changes what is counted; of a name of which nothing is, only a failure does. */
export function endChanges({ attemptsCount, successMakesUp }: AttemptLimit, end: AttemptEnd): boolean {
  if (attemptsCount === 'as failed') return end !== 'failed';
  return attemptsCount === 'while under way' || end === 'failed' || (end === 'right' && successMakesUp === true);
}

function begin({ windowMs }: AttemptLimit, now: number): Tally {
  return { failures: 0, underWay: 0, endsAt: now + windowMs };
}

/** Somebody who must wait. */
export interface RefusedAttempt {
  readonly allowed: false;
  /** At least 1. */
  readonly retryAfterSeconds: number;
}

export function refusedUntil(until: number, now: number): RefusedAttempt {
  return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) };
}
