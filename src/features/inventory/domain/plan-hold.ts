import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { readBasket } from './basket.ts';
import { choosePlaces } from './choose-places.ts';
import type { CustomerBook } from './customer-book.ts';
import { holdersOf, refuseHeld } from './held-limits.ts';
import type { HoldBook } from './hold-book.ts';
import { makeHold } from './make-hold.ts';
import type { PlaceTable } from './place-table.ts';
import { ratesOfChoice, refuseRates, refuseRequest, typesOf } from './refuse-request.ts';
import { noSaleCodes, readCodes, usedCodes } from './requested-codes.ts';
import type { Hold, HoldRefusal, HoldRequest, SaleRules } from './types.ts';

/** A hold that can be had now; nothing is taken yet. */
export interface PlannedHold {
  readonly hold: Hold;
  readonly placeNos: readonly number[];
  readonly partial: boolean;
  /** Whom its places count for while it is open, apart from the network. */
  readonly holders: readonly string[];
}

/** What a ledger knows when a hold is asked for. */
export interface LedgerView {
  readonly rules: SaleRules;
  readonly table: PlaceTable;
  readonly book: HoldBook;
  readonly customers: CustomerBook | null;
}

/**
 * Plans a hold for a request, or says why there is none. In this order: what does not exist, what is not on sale, how much
 * one may have, what is free.
 */
export function planHold(request: HoldRequest, view: LedgerView, now: Instant): Decision<PlannedHold, HoldRefusal> {
  const { rules, table, book, customers } = view;
  const read = readBasket(request.selection, table);
  if (!read.accepted) return read;
  const basket = read.value;
  const codes = readCodes(request, rules);
  if (!codes.accepted) return codes;
  const refusal = refuseRequest({ request, basket, codes: codes.value, now }, { rules, table, customers });
  if (refusal !== undefined) return refuse(refusal);
  const holders = holdersOf(request);
  const { network = null, byStaff = false } = request;
  if (rules.holdLimits !== undefined && !byStaff) {
    const wish = { holders, network, count: basket.count };
    const tooMany = refuseHeld(rules.holdLimits, wish, { book, placeCount: table.placeCount });
    if (tooMany !== undefined) return refuse(tooMany);
  }
  const choice = choosePlaces(basket, request.partial, table, book);
  if (!choice.accepted) return choice;
  const { placeNos } = choice.value;
  const partial = placeNos.length < basket.count;
  const alone = partial && basket.hasRateRules ? refuseRates(ratesOfChoice(choice.value, table)) : undefined;
  if (alone !== undefined) return refuse(alone);
  const used = codes.value === null ? noSaleCodes : usedCodes(codes.value, typesOf(placeNos, table), rules, now);
  const hold = makeHold(request, choice.value, now + rules.holdMs, table, rules, used);
  return accept({ hold, placeNos, partial, holders });
}
