import { type Attempter, FailureLimits } from '../../../kernel/failure-limits.ts';

/**
 * Who tries to pay: what a card tester cannot easily change all at once. `card` stands for the card; null where all share it
 * (the sandbox's plain test cards).
 */
export type Payer = Attempter<'session' | 'card' | 'network'>;

/**
 * How many declined cards are borne. A thousand may pay at once from one network, so attempts under way do not count there.
 */
export const declineLimits = {
  session: { max: 15, windowMs: 600_000, countsAttempts: true },
  card: { max: 10, windowMs: 3_600_000, countsAttempts: true },
  network: { max: 100, windowMs: 600_000, countsAttempts: false },
} as const;

export type DeclineLimits = FailureLimits<keyof typeof declineLimits>;

export function createDeclineLimits(): DeclineLimits {
  return new FailureLimits(declineLimits);
}

/**
 * Each success from a network makes up for one decline there: a thousand buyers in one office, some of them with empty cards,
 * are let through; a script with a list of stolen numbers is not.
 */
export function notePaid(limits: DeclineLimits, { network }: Payer, now: number): void {
  limits.makeUp('network', network, now);
}
