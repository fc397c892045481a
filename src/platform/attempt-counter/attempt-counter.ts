import type { AttemptEnd, Attempter, AttemptLimits, RefusedAttempt } from '../../kernel/attempt-limits.ts';

/** Whether somebody may try. */
export type Begun = BegunAttempt | RefusedAttempt;

export interface BegunAttempt {
  readonly allowed: true;
  /**
   * Says how it ended; only the first time counts. An attempt of which it is never said counts as its limit says, until the window
   * has passed. Never rejects.
   */
  end(how: AttemptEnd): void | Promise<void>;
}

/** Attempts at one kind of act, such as a login or a payment. */
export interface CountedAttempts<Kind extends string> {
  /** Counts an attempt, before any work is done for it; a refusal counts nothing, and forgets nobody. */
  begin(who: Attempter<Kind>): Begun | Promise<Begun>;
}

/**
 * Where failures are counted. In process the answers come at once, without a promise; an adapter that shares counts between
 * processes answers later, and rejects with `Unavailable` where it cannot.
 */
export interface AttemptCounter {
  /** Attempts with these limits; `name` sets them apart from others, in every process alike. */
  attempts<Kind extends string>(name: string, limits: AttemptLimits<Kind>): CountedAttempts<Kind>;
  /** Forgets windows that have passed. A job, once in the cluster. */
  forgetPassed(): void | Promise<void>;
  /** Resolves when all that was said until now is counted. */
  settle(): Promise<void>;
}
