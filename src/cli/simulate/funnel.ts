import type { Card } from './cards.ts';
import { createLatencies, type Latencies } from './latencies.ts';

/** The way to the tickets. Counted in sessions: each of a bot's is one. */
export const stages = {
  came: 'came',
  held: 'held tickets',
  wentToPay: 'went to pay',
  paid: 'got their tickets',
} as const;
export type Stage = keyof typeof stages;

export interface CardCount {
  tried: number;
  paid: number;
  /** From the first click on Pay to the tickets, with the time at the bank. */
  readonly took: Latencies;
}

/** How far sessions came, and with which card those came through that went to pay. */
export interface Funnel {
  readonly counts: Readonly<Record<Stage, { guests: number; accounts: number }>>;
  readonly cards: ReadonlyMap<Card, CardCount>;
  reached(stage: Stage, hasAccount: boolean): void;
  tried(card: Card): void;
  paid(card: Card, tookMs: number): void;
}

export function createFunnel(): Funnel {
  const none = () => ({ guests: 0, accounts: 0 });
  const counts = { came: none(), held: none(), wentToPay: none(), paid: none() };
  const cards = new Map<Card, CardCount>();
  const countOf = (card: Card) => {
    const known = cards.get(card) ?? { tried: 0, paid: 0, took: createLatencies() };
    cards.set(card, known);
    return known;
  };
  return {
    counts,
    cards,
    reached(stage, hasAccount) {
      counts[stage][hasAccount ? 'accounts' : 'guests'] += 1;
    },
    tried(card) {
      countOf(card).tried += 1;
    },
    paid(card, tookMs) {
      const count = countOf(card);
      count.paid += 1;
      count.took.record(tookMs);
    },
  };
}
