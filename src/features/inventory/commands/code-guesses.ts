import type { Attempter, AttemptLimits } from '../../../kernel/attempt-limits.ts';
import { type Decision, refuse } from '../../../kernel/decision.ts';
import type { AttemptCounter } from '../../../platform/attempt-counter/attempt-counter.ts';

/** Who names a promo or access code: its account or guest session, if it has one yet, and its network. */
export type CodeGuesser = Attempter<'customer' | 'network'>;

/**
 * How many codes that do not exist may be named. Organisers make codes that people can remember, so that a thousand tries a
 * second would find them. The second is wide: a school behind one address mistypes too.
 */
const codeGuessesMax = {
  customer: { max: 20, windowMs: 900_000, attemptsCount: 'while under way' },
  network: { max: 100, windowMs: 900_000, attemptsCount: 'while under way' },
} as const satisfies AttemptLimits<'customer' | 'network'>;

export interface TooManyGuesses {
  readonly code: 'TOO_MANY_GUESSES';
  readonly retryAfterSeconds: number;
}

export interface CodeGuesses {
  /**
   * Does what a named code is for, and counts it if there was no such code. Refuses whoever named too many such, before any
   * work is done: also with a right code, or the refusal would give away which one is right.
   */
  during<T, R extends { readonly code: string }>(
    who: CodeGuesser,
    work: () => Decision<T, R> | Promise<Decision<T, R>>,
  ): Promise<Decision<T, R | TooManyGuesses>>;
}

const wrongCodes = new Set(['PROMO_CODE_UNKNOWN', 'ACCESS_CODE_UNKNOWN']);

export function createCodeGuesses(counter: AttemptCounter): CodeGuesses {
  const guesses = counter.attempts('code guesses', codeGuessesMax);
  return {
    async during(who, work) {
      const begun = guesses.begin(who);
      const guess = 'then' in begun ? await begun : begun;
      if (!guess.allowed) return refuse({ code: 'TOO_MANY_GUESSES', retryAfterSeconds: guess.retryAfterSeconds });
      let isWrong = false;
      try {
        const done = await work();
        isWrong = !done.accepted && wrongCodes.has(done.refusal.code);
        return done;
      } finally {
        const ending = guess.end(isWrong ? 'failed' : 'right');
        if (ending) await ending;
      }
    },
  };
}
