import { acknowledgedSurvives } from './acknowledged-survives.ts';
import { cancellations } from './cancellations.ts';
import type { Check } from './check.ts';
import { countersFollow } from './counters-follow.ts';
import { everyChangeRecorded } from './every-change-recorded.ts';
import { holdsEndOnce } from './holds-end-once.ts';
import { moneyAndTickets } from './money-and-tickets.ts';
import { moneyMoves } from './money-moves.ts';
import { oneCharge } from './one-charge.ts';
import { oneSalePerPlace } from './one-sale-per-place.ts';
import { ownersAgree } from './owners-agree.ts';
import { papersAndBooks } from './papers-and-books.ts';
import { placesAddUp } from './places-add-up.ts';
import { limitsHold, pricesAddUp } from './prices-and-limits.ts';
import { rightsRecorded } from './rights-recorded.ts';
import { soldOutIsTrue } from './sold-out-is-true.ts';
import { textsApart } from './texts-apart.ts';

/** Every check, in the order of the promises they belong to. */
export const checks: readonly Check[] = [
  ...oneSalePerPlace,
  ...placesAddUp,
  ...holdsEndOnce,
  ...moneyAndTickets,
  ...moneyMoves,
  ...pricesAddUp,
  ...papersAndBooks,
  ...oneCharge,
  ...everyChangeRecorded,
  ...rightsRecorded,
  ...acknowledgedSurvives,
  ...soldOutIsTrue,
  ...cancellations,
  ...ownersAgree,
  ...textsApart,
  ...countersFollow,
  ...limitsHold,
];
