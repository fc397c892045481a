import type { Attempter, AttemptLimits } from '../../../kernel/attempt-limits.ts';

/**
 * By what guesses are counted: one account from one network, one account from everywhere, one network at all accounts, and one
 * device that was signed in to the account before (or the login that asks).
 */
export type GuessKind = 'pair' | 'account' | 'network' | 'device';

const windowMs = 15 * 60_000;

/** So many fail within a window before the next is refused unseen. Guesses under way count, until they have proven right. */
function failing(max: Readonly<Record<GuessKind, number>>): AttemptLimits<GuessKind> {
  const of = (each: number) => ({ max: each, windowMs, attemptsCount: 'as failed' }) as const;
  return { pair: of(max.pair), account: of(max.account), network: of(max.network), device: of(max.device) };
}

/** Passwords and codes. That of networks is wide: a thousand people behind one address may log in at the same moment. */
export const passwordGuesses = failing({ pair: 10, account: 30, network: 1_000, device: 10 });

/** Codes tried to turn a second factor on: by nothing else are they counted, and nothing lifts it. */
export const secondFactorGuesses = failing({ pair: 10, account: 10, network: 1_000, device: 10 });

/** Mails that anybody can have sent: to one address from one network, from everywhere, from one network to all. */
export const mailingLimits = failing({ pair: 5, account: 10, network: 2_000, device: 10 });

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

/** By which names a guess is counted. */
export function guesserOf({ account, network, device }: Guess): Attempter<GuessKind> {
  if (device !== undefined) return { pair: null, account: null, network: null, device };
  return { pair: `${network} ${account}`, account, network, device: null };
}
