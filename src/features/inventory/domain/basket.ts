import { assert } from '../../../kernel/assert.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { PlaceTable } from './place-table.ts';
import type { HoldRefusal, Rate, SaleType, Selection } from './types.ts';

/** No reservation holds more places than this, whatever its event's limit says. */
export const placesPerHoldMax = 1000;

/** What a customer asks for, after everything in it has been found to exist. */
export interface Basket {
  /** Places asked for in all. */
  readonly count: number;
  /** By quantity: one wish per ticket type, in the order of the request. Empty if exact places are asked for. */
  readonly wishes: readonly Wish[];
  readonly picks: readonly Pick[];
  /** Every type of the basket once. */
  readonly types: readonly SaleType[];
  /** Whether any of its rates has a rule of its own: then `refuseRates` is asked. */
  readonly hasRateRules: boolean;
}

/** So many places of one type; `rates` has one entry per place, so that guests of different rates sit together. */
export interface Wish {
  readonly typeNo: number;
  readonly rates: Rate[];
}

/** One exact place; `id` is how the customer named it. */
export interface Pick {
  readonly placeNo: number;
  readonly rate: Rate;
  readonly id: string;
}

/** Reads a selection. Refuses types, rates and tickets that are not there. */
export function readBasket(selection: Selection, table: PlaceTable): Decision<Basket, HoldRefusal> {
  if (selection.kind === 'items') return readItems(selection.items, table);
  const ids = selection.kind === 'tickets' ? selection.ticketIds : selection.seatGuids;
  const find = selection.kind === 'tickets' ? placeOfTicket : placeOfGuid;
  return readPicks(ids, (id) => find(table, id), selection, table);
}

function placeOfTicket(table: PlaceTable, id: string): number | undefined {
  return table.placeOfTicket(id);
}

function placeOfGuid(table: PlaceTable, id: string): number | undefined {
  return table.placeOfGuid(id);
}

function readItems(
  items: readonly { ticketTypeId: number; quantity: number; rate?: string }[],
  table: PlaceTable,
): Decision<Basket, HoldRefusal> {
  assert(items.length > 0, 'A basket has at least one item.');
  const wishes: Wish[] = [];
  const types: SaleType[] = [];
  let count = 0;
  let hasRateRules = false;
  for (const { ticketTypeId, quantity, rate: rateName } of items) {
    assert(Number.isSafeInteger(quantity) && quantity > 0, 'A quantity is a whole number above zero.');
    const typeNo = table.typeNoOf(ticketTypeId);
    const type = typeNo === undefined ? undefined : table.types[typeNo];
    if (typeNo === undefined || type === undefined) return refuse({ code: 'TICKET_TYPE_UNKNOWN', ticketTypeId });
    const rate = rateOf(type, rateName);
    if (rate === undefined) return refuse({ code: 'RATE_UNKNOWN', ticketTypeId, rate: rateName! });
    if (hasRules(rate)) hasRateRules = true;
    let wish = wishes.find((known) => known.typeNo === typeNo);
    if (wish === undefined) {
      wish = { typeNo, rates: [] };
      wishes.push(wish);
      types.push(type);
    }
    count += quantity;
    // A quantity beyond every limit is refused by its count; it must not fill the memory before.
    for (let i = 0; i < quantity && wish.rates.length < placesPerHoldMax; i++) wish.rates.push(rate);
  }
  return accept({ count, wishes, picks: [], types, hasRateRules });
}

function readPicks(
  ids: readonly string[],
  find: (id: string) => number | undefined,
  { rate: rateOfAll, rates }: { readonly rate?: string; readonly rates?: readonly string[] },
  table: PlaceTable,
): Decision<Basket, HoldRefusal> {
  assert(ids.length > 0, 'At least one place is asked for.');
  const picks: Pick[] = [];
  const types: SaleType[] = [];
  const unknown: string[] = [];
  const seen = new Set<string>();
  let hasRateRules = false;
  for (const [i, id] of ids.entries()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const rateName = rates === undefined ? rateOfAll : rates[i];
    const placeNo = find(id);
    if (placeNo === undefined) {
      unknown.push(id);
      continue;
    }
    const type = table.types[table.typeNo(placeNo)];
    if (type === undefined) {
      return refuse({ code: 'TICKET_TYPE_UNKNOWN', ticketTypeId: table.ticketTypeIdAt(placeNo) });
    }
    const rate = rateOf(type, rateName);
    if (rate === undefined) {
      return refuse({ code: 'RATE_UNKNOWN', ticketTypeId: type.ticketTypeId, rate: rateName! });
    }
    if (hasRules(rate)) hasRateRules = true;
    if (!types.includes(type)) types.push(type);
    picks.push({ placeNo, rate, id });
  }
  if (unknown.length > 0) return refuse({ code: 'TICKET_UNKNOWN', ids: unknown });
  return accept({ count: picks.length, wishes: [], picks, types, hasRateRules });
}

function hasRules({ limit, onlyWith }: Rate): boolean {
  return limit !== undefined || onlyWith !== undefined;
}

function rateOf(type: SaleType, name: string | undefined): Rate | undefined {
  return name === undefined ? type.rates[0] : type.rates.find((rate) => rate.name === name);
}
