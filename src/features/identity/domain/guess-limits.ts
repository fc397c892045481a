/** How often something may fail within the window before it is refused unseen. */
export const guessWindowMs = 15 * 60_000;

/** How many fail within a window before the next is refused. */
export interface GuessesMax {
  /** At one account from one network. */
  readonly pair: number;
  /** At one account from everywhere. */
  readonly account: number;
  /** From one network at all accounts. */
  readonly network: number;
  /** From one device that was signed in to the account before. */
  readonly device: number;
}

/**
 * The third is wide: a thousand people behind one address may log in at the same moment, and guesses under way count until they
 * have proven right.
 */
export const guessesMax: GuessesMax = { pair: 10, account: 30, network: 1_000, device: 10 };
/** Counters of each kind. */
const countersMax = 100_000;

export interface Guess {
  /** What is guessed at: an address, whether it has an account or not. */
  readonly account: string;
  readonly network: string;
  /**
   * A device that was signed in to this very account before, or the login that asks. It has a counter of its own and no other
   * counts for it: strangers who use up the account's guesses do not shut its owner out.
   */
  readonly device?: string | undefined;
}

export type Taken =
  | { readonly allowed: true; readonly forgive: () => void }
  | { readonly allowed: false; readonly retryAfterSeconds: number };

export interface GuessLimits {
  /**
   * Counts one guess, before any work is done for it. If it may go on, call the answer's `forgive` if it was right after all.
   * Else it is told how long to wait, and is counted nowhere. `at` is read from the clock that is never set back.
   */
  take(guess: Guess, at: number): Taken;
}

interface Counter {
  count: number;
  readonly until: number;
}

/** One kind of counters, in the order their windows began, which is the order they end in. */
interface Counters {
  readonly max: number;
  readonly living: Map<string, Counter>;
}

/**
 * Counts wrong guesses in windows that begin with the first. Guesses under way count, so a thousand at once are no more
 * than ten one after the other. A refusal makes no counter and removes none, so that whoever is refused cannot flood out what is
 * counted of others. Bounded by kind: where one is full, the window that would end first makes room.
 */
export function createGuessLimits(max: GuessesMax = guessesMax, kindMax = countersMax): GuessLimits {
  const kinds = Object.fromEntries(
    Object.entries(max).map(([kind, each]) => [kind, { max: each, living: new Map() }]),
  ) as unknown as Record<keyof GuessesMax, Counters>;

  function find({ living }: Counters, key: string, at: number): Counter | undefined {
    const found = living.get(key);
    return found && found.until > at ? found : undefined;
  }

  function begin({ living }: Counters, key: string, at: number): Counter {
    living.delete(key);
    for (const [oldest, { until }] of living) {
      if (until > at && living.size < kindMax) break;
      living.delete(oldest);
    }
    const counter = { count: 0, until: at + guessWindowMs };
    living.set(key, counter);
    return counter;
  }

  function namesOf({ account, network, device }: Guess): readonly [Counters, string][] {
    if (device !== undefined) return [[kinds.device, device]];
    return [
      [kinds.pair, `${network} ${account}`],
      [kinds.account, account],
      [kinds.network, network],
    ];
  }

  return {
    take(guess, at) {
      const names = namesOf(guess);
      let until = 0;
      for (const [counters, key] of names) {
        const found = find(counters, key, at);
        if (found && found.count >= counters.max) until = Math.max(until, found.until);
      }
      if (until > 0) return { allowed: false, retryAfterSeconds: Math.ceil((until - at) / 1000) };
      const counted = names.map(([counters, key]) => {
        const counter = find(counters, key, at) ?? begin(counters, key, at);
        counter.count += 1;
        return { living: counters.living, key, counter };
      });
      let forgiven = false;
      return {
        allowed: true,
        forgive() {
          if (forgiven) return;
          forgiven = true;
          for (const { living, key, counter } of counted) {
            counter.count -= 1;
            if (counter.count === 0 && living.get(key) === counter) living.delete(key);
          }
        },
      };
    },
  };
}
