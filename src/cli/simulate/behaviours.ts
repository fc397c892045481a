import { type Card, drawCard } from './cards.ts';
import type { SeededRandom } from './seeded-random.ts';

/** How a buyer goes about it. */
export const behaviours = {
  best: 'takes the best available',
  chooser: 'picks seats on the map',
  abandoner: 'walks away from the basket',
  doubleClicker: 'clicks Buy twice',
  retrier: 'gives up waiting and retries with the same key',
  refresher: 'reloads the basket',
  latecomer: 'comes back after the hold is over',
  bot: 'grabs the limit in parallel sessions',
} as const;

export type Behaviour = keyof typeof behaviours;

/**
 * How often each occurs, in percent. With these and the party sizes below a crowd wants about 2.6 tickets a head, so a
 * house of 1.8 seats a head (the default) sells out.
 */
const weights: readonly (readonly [Behaviour, number])[] = [
  ['best', 48],
  ['chooser', 20],
  ['abandoner', 8],
  ['doubleClicker', 6],
  ['retrier', 6],
  ['refresher', 7],
  ['latecomer', 4],
  ['bot', 1],
];

const partySizes: readonly (readonly [number, number])[] = [
  [1, 15],
  [2, 45],
  [3, 12],
  [4, 20],
  [5, 4],
  [6, 4],
];

/** Seats per buyer of the generated arena. */
export const seatsPerBuyer = 1.8;
export const sessionsPerBot = 5;
export const accountShare = 0.4;

/** A buyer, drawn before the doors open. */
export interface BuyerPlan {
  readonly behaviour: Behaviour;
  readonly partySize: number;
  /** Waits for seats that others may give back, instead of leaving at the first "nothing free now". */
  readonly isPatient: boolean;
  readonly card: Card;
  /** Comes signed in, if the rehearsal has accounts; others are guests. */
  readonly hasAccount: boolean;
  /** Lets an unwanted hold lapse silently; others give it back. */
  readonly closesTheTab: boolean;
}

/** These do not want tickets enough to wait for them; else the last seats would go from one of them to the next. */
const fickle: readonly Behaviour[] = ['abandoner', 'latecomer', 'bot'];

export function drawBuyer(random: SeededRandom): BuyerPlan {
  const behaviour = random.weighted(weights);
  return {
    behaviour,
    partySize: random.weighted(partySizes),
    isPatient: random.chance(0.85) && !fickle.includes(behaviour),
    card: drawCard(random),
    closesTheTab: random.chance(0.6),
    // A bot makes up a new guest for each session.
    hasAccount: random.chance(accountShare) && behaviour !== 'bot',
  };
}

/** How many tickets these buyers will not leave without, if they can help it. */
export function firmDemand(plans: readonly BuyerPlan[]): number {
  return plans.filter(({ isPatient }) => isPatient).reduce((sum, { partySize }) => sum + partySize, 0);
}
