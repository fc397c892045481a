import type { Hold } from './types.ts';

/** Payment attempts a hold allows: a card tester gets no more. */
export const attemptsMax = 5;

/** How many more cards may be tried for a hold. */
export function attemptsLeft({ attempts }: Pick<Hold, 'attempts'>): number {
  return Math.max(0, attemptsMax - attempts);
}
