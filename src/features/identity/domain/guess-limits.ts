import type { Instant } from '../../../kernel/instant.ts';

/** How often something may fail within the window before it is refused unseen. */
export const guessWindowMs = 15 * 60_000;
/**
 * One account from one address; one account from everywhere; one address on all accounts. The last is wide: a thousand people
 * behind one address may log in at the same moment, and guesses under way count until they have proven right.
 */
export const guessesMax = { pair: 10, account: 30, address: 1_000 } as const;
const keysMax = 100_000;

interface Count {
  count: number;
  until: Instant;
}

export interface GuessLimits {
  /**
   * Counts one guess, before any work is done for it. Null if it may go on: then call the answer's `forgive` if it was
   * right after all. Else how long to wait.
   */
  take(guess: { readonly account: string; readonly address: string }, now: Instant): Taken;
}

export type Taken =
  | { readonly allowed: true; readonly forgive: () => void }
  | { readonly allowed: false; readonly retryAfterSeconds: number };

/**
 * Counts wrong guesses in windows that begin with the first. Guesses under way count, so a thousand at once are no more
 * than ten one after the other. Bounded: when full, the oldest windows are forgotten first.
 */
export function createGuessLimits(max: { pair: number; account: number; address: number } = guessesMax): GuessLimits {
  const counts = new Map<string, Count>();

  function find(key: string, now: Instant): Count {
    let found = counts.get(key);
    if (found && found.until > now) return found;
    counts.delete(key);
    if (counts.size >= keysMax) counts.delete(counts.keys().next().value!);
    found = { count: 0, until: now + guessWindowMs };
    counts.set(key, found);
    return found;
  }

  return {
    take({ account, address }, now) {
      const limits = [
        { seen: find(`p ${address} ${account}`, now), max: max.pair },
        { seen: find(`n ${account}`, now), max: max.account },
        { seen: find(`a ${address}`, now), max: max.address },
      ];
      const full = limits.filter(({ seen, max }) => seen.count >= max);
      if (full.length > 0) {
        const until = Math.max(...full.map(({ seen }) => seen.until));
        return { allowed: false, retryAfterSeconds: Math.ceil((until - now) / 1000) };
      }
      for (const { seen } of limits) seen.count += 1;
      let forgiven = false;
      return {
        allowed: true,
        forgive() {
          if (forgiven) return;
          forgiven = true;
          for (const { seen } of limits) seen.count = Math.max(0, seen.count - 1);
        },
      };
    },
  };
}
