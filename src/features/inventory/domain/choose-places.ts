import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Basket, Pick } from './basket.ts';
import type { HoldBook } from './hold-book.ts';
import type { PlaceTable } from './place-table.ts';
import { type HoldRefusal, type OfferedPlace, placeState, type Rate } from './types.ts';

/** The places a customer gets, with the rate of each. Nothing is taken yet. */
export interface Choice {
  readonly placeNos: number[];
  readonly rates: Rate[];
}

/**
 * Chooses places for a basket: all of it, or with `partial` as much as there is, but at least one place.
 * Refuses with SEATS_TAKEN (exact places), NOT_ENOUGH_TICKETS or SOLD_OUT.
 */
export function choosePlaces(
  basket: Basket,
  partial: boolean,
  table: PlaceTable,
  book: HoldBook,
): Decision<Choice, HoldRefusal> {
  if (basket.wishes.length === 0) return takePicks(basket, partial, table);
  let claimable = 0;
  let isShort = false;
  for (const { typeNo, rates } of basket.wishes) {
    const free = table.free.automaticCount(typeNo);
    claimable += Math.min(free, rates.length);
    if (free < rates.length) isShort = true;
  }
  if (isShort && (!partial || claimable === 0)) return refuse(explainShortage(basket, table, book));

  const placeNos: number[] = [];
  const rates: Rate[] = [];
  for (const wish of basket.wishes) {
    const count = Math.min(wish.rates.length, table.free.automaticCount(wish.typeNo));
    if (count === 0) continue;
    const chosen = table.free.choose(wish.typeNo, count);
    for (let i = 0; i < chosen.length; i++) {
      placeNos.push(chosen[i]!);
      rates.push(wish.rates[i]!);
    }
  }
  return accept({ placeNos, rates });
}

function takePicks(basket: Basket, partial: boolean, table: PlaceTable): Decision<Choice, HoldRefusal> {
  const placeNos: number[] = [];
  const rates: Rate[] = [];
  const taken: string[] = [];
  for (const { placeNo, rate, id } of basket.picks) {
    if (table.state(placeNo) !== placeState.available) {
      taken.push(id);
      continue;
    }
    placeNos.push(placeNo);
    rates.push(rate);
  }
  if (taken.length > 0 && (!partial || placeNos.length === 0)) {
    const alternative = offerInstead(basket.picks, table);
    return refuse({ code: 'SEATS_TAKEN', ids: taken, ...(alternative.length > 0 && { alternative }) });
  }
  return accept({ placeNos, rates });
}

/** Places of the same type, and so at the same price, that could be had instead of these; none for a mixture of types. */
function offerInstead(picks: readonly Pick[], table: PlaceTable): readonly OfferedPlace[] {
  const typeNo = table.typeNo(picks[0]!.placeNo);
  if (picks.some(({ placeNo }) => table.typeNo(placeNo) !== typeNo)) return [];
  const places = table.free.chooseInstead(
    typeNo,
    picks.map(({ placeNo }) => placeNo),
  );
  return places.map((place) => ({ ticketId: table.ticketId(place)!, seat: table.seatAt(place) }));
}

/** I8: "sold out" only if none of the types asked for has a place free, held or in payment. */
function explainShortage(basket: Basket, table: PlaceTable, book: HoldBook): HoldRefusal {
  let requested = 0;
  let available = 0;
  let held = 0;
  let byChoiceOnly = 0;
  let isSoldOut = true;
  const short: number[] = [];
  for (const { typeNo, rates } of basket.wishes) {
    const free = table.count(typeNo, placeState.available);
    const mayReturn = table.count(typeNo, placeState.held) + table.count(typeNo, placeState.reserved);
    if (free + mayReturn > 0) isSoldOut = false;
    if (table.free.automaticCount(typeNo) >= rates.length) continue;
    short.push(typeNo);
    requested += rates.length;
    available += free;
    held += mayReturn;
    byChoiceOnly += table.free.byChoiceOnly(typeNo);
  }
  if (isSoldOut) return { code: 'SOLD_OUT' };
  return {
    code: 'NOT_ENOUGH_TICKETS',
    requested,
    available,
    held,
    nextExpiryAt: held > 0 ? book.nextExpiryOf(short) : null,
    byChoiceOnly,
    ticketTypeIds: short.map((typeNo) => table.types[typeNo]!.ticketTypeId),
  };
}
