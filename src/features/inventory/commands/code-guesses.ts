import { type Decision, refuse } from '../../../kernel/decision.ts';
import { type Attempter, FailureLimits } from '../../../kernel/failure-limits.ts';
import type { Clock } from '../../../platform/clock/clock.ts';

/** Who names a promo or access code: its account or guest session, if it has one yet, and its network. */
export type CodeGuesser = Attempter<'customer' | 'network'>;

/**
 * How many codes that do not exist may be named. Organisers make codes that people can remember, so that a thousand tries a
 * second would find them. The second is wide: a school behind one address mistypes too.
 */
export const codeGuessesMax = {
  customer: { max: 20, windowMs: 900_000, countsAttempts: true },
  network: { max: 100, windowMs: 900_000, countsAttempts: true },
} as const;

export interface TooManyGuesses {
  readonly code: 'TOO_MANY_GUESSES';
  readonly retryAfterSeconds: number;
}

export interface CodeGuesses {
  /**
   * Does what a named code is for, and counts it if there was no such code. Refuses whoever named too many such, before any
   * work is done: also with a right code, or the refusal would tell which one is right.
   */
  during<T, R extends { readonly code: string }>(
    who: CodeGuesser,
    work: () => Decision<T, R> | Promise<Decision<T, R>>,
  ): Promise<Decision<T, R | TooManyGuesses>>;
}

const wrongCodes = new Set(['PROMO_CODE_UNKNOWN', 'ACCESS_CODE_UNKNOWN']);

export function createCodeGuesses(clock: Clock): CodeGuesses {
  const limits = new FailureLimits(codeGuessesMax);
  return {
    async during(who, work) {
      const now = clock.measure();
      const until = limits.waitUntil(who, now);
      if (until !== null) {
        return refuse({ code: 'TOO_MANY_GUESSES', retryAfterSeconds: Math.max(1, Math.ceil((until - now) / 1000)) });
      }
      const end = limits.begin(who);
      try {
        const done = await work();
        if (!done.accepted && wrongCodes.has(done.refusal.code)) limits.failed(who, clock.measure());
        return done;
      } finally {
        end();
      }
    },
  };
}
