import type { SeededRandom } from './seeded-random.ts';

/** The cards that buyers come with. All of them exist only in the sandbox. */
export const cards = {
  good: 'a card that pays',
  declined: 'a declined card, then another',
  empty: 'a card without money, then another',
  challenged: '3-D Secure, confirmed',
  mistyped: '3-D Secure failed, then another card',
  slow: 'a slow card',
  lost: 'times out, but has paid',
  dead: 'times out and is declined, then another',
  late: 'paid by a late webhook',
  twice: 'paid by a webhook that comes twice',
  silent: 'paid, and nobody reports it',
} as const;
export type Card = keyof typeof cards;

/** How often each occurs, in percent. */
const weights: readonly (readonly [Card, number])[] = [
  ['good', 66],
  ['declined', 4],
  ['empty', 3],
  ['challenged', 14],
  ['mistyped', 2],
  ['slow', 6],
  ['lost', 1],
  ['dead', 1],
  ['late', 1],
  ['twice', 1],
  ['silent', 1],
];

export function drawCard(random: SeededRandom): Card {
  return random.weighted(weights);
}

/** One way to pay: the sandbox's token, and what the buyer does on the bank's page if it asks. */
export interface Attempt {
  readonly token: string;
  readonly atBank: 'succeed' | 'fail';
}

const by = (token: string): Attempt => ({ token, atBank: 'succeed' });

/** The tokens that a buyer tries one after the other, until one pays. */
export const attemptsWith: Readonly<Record<Card, readonly [Attempt, ...Attempt[]]>> = {
  good: [by('tok_ok')],
  declined: [by('tok_declined'), by('tok_ok')],
  empty: [by('tok_insufficient_funds'), by('tok_ok')],
  challenged: [by('tok_3ds')],
  mistyped: [{ token: 'tok_3ds', atBank: 'fail' }, by('tok_ok')],
  slow: [by('tok_slow')],
  lost: [by('tok_timeout_paid')],
  dead: [by('tok_timeout_unpaid'), by('tok_ok')],
  late: [by('tok_webhook_late')],
  twice: [by('tok_webhook_twice')],
  silent: [by('tok_webhook_never')],
};
