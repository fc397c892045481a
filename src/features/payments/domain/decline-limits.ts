import type { Attempter, AttemptLimits } from '../../../kernel/attempt-limits.ts';

export type PayerKind = 'session' | 'card' | 'network';

/**
 * Who tries to pay: what a card tester cannot easily change all at once. `card` stands for the card; null where all share it
 * (the sandbox's plain test cards).
 */
export type Payer = Attempter<PayerKind>;

/**
 * How many declined cards are borne. A thousand may pay at once from one network, so attempts under way do not count there, and
 * each success makes up for one decline: a thousand buyers in one office, some of them with empty cards, are let through; a
 * script with a list of stolen numbers is not.
 */
export const declineLimits = {
  session: { max: 15, windowMs: 600_000, attemptsCount: 'while under way' },
  card: { max: 10, windowMs: 3_600_000, attemptsCount: 'while under way' },
  network: { max: 100, windowMs: 600_000, attemptsCount: 'not', successMakesUp: true },
} as const satisfies AttemptLimits<PayerKind>;
