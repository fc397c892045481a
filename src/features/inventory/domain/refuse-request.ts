import type { Instant } from '../../../kernel/instant.ts';
import { countsFor } from '../../pricing/domain/sale-codes.ts';
import { type Basket, placesPerHoldMax } from './basket.ts';
import type { Choice } from './choose-places.ts';
import type { CustomerBook } from './customer-book.ts';
import { refuseLimits } from './customer-limits.ts';
import type { PlaceTable } from './place-table.ts';
import { noSaleCodes, type RequestedCodes, refuseCodes, usedCodes } from './requested-codes.ts';
import type { HoldRefusal, HoldRequest, Rate, SaleRules, SaleType } from './types.ts';

/**
 * Whether a request may be granted at all, before places are chosen: first what is on sale for whom, then how much of it.
 * What does not exist was refused before, what is not free is refused after.
 */
export function refuseRequest(
  {
    request,
    basket,
    codes,
    now,
  }: {
    readonly request: HoldRequest;
    readonly basket: Basket;
    readonly codes: RequestedCodes | null;
    readonly now: Instant;
  },
  sale: { readonly rules: SaleRules; readonly table: PlaceTable; readonly customers: CustomerBook | null },
): HoldRefusal | undefined {
  const { rules, table, customers } = sale;
  if (request.byStaff) return refuseStaff(basket, rules);
  const refusal =
    refuseSale(basket, rules, now, codes) ??
    (codes === null ? undefined : refuseCodes(codes, basket.types, now)) ??
    refuseCount(basket, rules) ??
    (basket.hasRateRules ? refuseRates(ratesOf(basket, table)) : undefined);
  if (refusal !== undefined || customers === null) return refusal;
  const used = codes === null ? noSaleCodes : usedCodes(codes, basket.types, rules, now);
  return refuseLimits(customers, request, basket, used, rules);
}

/**
 * Whether anything, and then whether each type of the basket, is on sale at `now` for who names these codes. A hidden
 * type that no code unlocks is unknown; an access code opens its types before their time, but not after it.
 */
function refuseSale(
  basket: Basket,
  rules: SaleRules,
  now: Instant,
  codes: RequestedCodes | null,
): HoldRefusal | undefined {
  if (!rules.isSelling) return closed('not_selling');
  const access = codes?.access ?? null;
  const isOpen = rules.onSaleFrom === null || now >= rules.onSaleFrom;
  if (!isOpen && access === null) return closed('not_yet', rules.onSaleFrom);
  if (rules.onSaleUntil !== null && now >= rules.onSaleUntil) return closed('over');
  for (const { ticketTypeId, isActive, salesFrom, salesUntil, isHidden = false } of basket.types) {
    if (isHidden && !unlocks(codes, ticketTypeId)) return { code: 'TICKET_TYPE_UNKNOWN', ticketTypeId };
    const isEarly = access !== null && countsFor(access, ticketTypeId, isHidden);
    if (!isOpen && !isEarly) return closed('not_yet', rules.onSaleFrom);
    const isTime = (isEarly || salesFrom === null || now >= salesFrom) && (salesUntil === null || now < salesUntil);
    if (!isActive || !isTime) return { code: 'TICKET_TYPE_NOT_ON_SALE', ticketTypeId };
  }
  return undefined;
}

function unlocks(codes: RequestedCodes | null, ticketTypeId: number): boolean {
  if (codes === null) return false;
  const { promo, access } = codes;
  return (
    (promo !== null && countsFor(promo, ticketTypeId, true)) ||
    (access !== null && countsFor(access, ticketTypeId, true))
  );
}

/** Each ticket of a basket, or of what is left of it, by its rate and type. */
interface RatedTicket {
  readonly rate: Rate;
  readonly ticketTypeId: number;
}

/** More of a rate than one may have, or a rate without the one it needs beside it. */
export function refuseRates(tickets: readonly RatedTicket[]): HoldRefusal | undefined {
  for (const { rate, ticketTypeId } of tickets) {
    const { name, limit, onlyWith } = rate;
    const count = tickets.filter((other) => other.rate.name === name && other.ticketTypeId === ticketTypeId).length;
    if (limit !== undefined && count > limit) return { code: 'LIMIT_PER_RATE', ticketTypeId, rate: name, limit };
    if (onlyWith !== undefined && !tickets.some((other) => other.rate.name === onlyWith)) {
      return { code: 'RATE_NOT_ALONE', ticketTypeId, rate: name, onlyWith };
    }
  }
  return undefined;
}

/** The tickets of a basket by rate and type. */
function ratesOf(basket: Basket, table: PlaceTable): RatedTicket[] {
  const picked = basket.picks.map(({ rate, placeNo }) => ({ rate, ticketTypeId: table.ticketTypeIdAt(placeNo) }));
  const wished = basket.wishes.flatMap(({ typeNo, rates }) => {
    const { ticketTypeId } = table.types[typeNo]!;
    return rates.map((rate) => ({ rate, ticketTypeId }));
  });
  return [...picked, ...wished];
}

/** What holds staff back too: a show that sells nothing (it was called off), and more than anybody may hold at once. */
function refuseStaff(basket: Basket, rules: SaleRules): HoldRefusal | undefined {
  if (!rules.isSelling) return closed('not_selling');
  return basket.count > placesPerHoldMax ? { code: 'LIMIT_PER_RESERVATION', limit: placesPerHoldMax } : undefined;
}

function closed(reason: 'not_selling' | 'not_yet' | 'over', opensAt: Instant | null = null): HoldRefusal {
  return { code: 'EVENT_NOT_ON_SALE', reason, opensAt };
}

/** More places than one reservation may hold. */
function refuseCount(basket: Basket, rules: SaleRules): HoldRefusal | undefined {
  const limit = Math.min(rules.limitPerReservation, placesPerHoldMax);
  return basket.count > limit ? { code: 'LIMIT_PER_RESERVATION', limit } : undefined;
}

/** The same of the places that were chosen. */
export function ratesOfChoice({ placeNos, rates }: Choice, table: PlaceTable): RatedTicket[] {
  return placeNos.map((placeNo, i) => ({ rate: rates[i]!, ticketTypeId: table.ticketTypeIdAt(placeNo) }));
}

/** The ticket types of places that are on sale. */
export function typesOf(placeNos: readonly number[], table: PlaceTable): readonly SaleType[] {
  return placeNos.map((placeNo) => table.types[table.typeNo(placeNo)]!);
}
