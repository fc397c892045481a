import type { EventBody, TicketTypeBody } from '../../../src/contract/catalog.ts';
import type { Hall } from '../engine/hall.ts';
import type { CategoryLook } from '../engine/palette.ts';
import { allIn } from './prices.ts';

export interface OfferedRate {
  readonly name: string;
  /** With all fees. */
  readonly price: number;
  readonly limit: number | null;
}

/** A ticket type that can be bought here. */
export interface Offer {
  readonly typeId: number;
  readonly name: string;
  readonly description: string | null;
  readonly rates: readonly OfferedRate[];
  /** Of the first rate, with all fees. */
  readonly price: number;
  /** Categories of the plan that it sells; empty: general admission. */
  readonly categories: readonly number[];
}

/** The types of a show that are on sale, dearest first, and what belongs to which category of the hall. */
export interface Offers {
  readonly all: readonly Offer[];
  readonly general: readonly Offer[];
  ofCategory(category: number): Offer | undefined;
  ofType(typeId: number): Offer | undefined;
  /** How the hall's categories look. */
  readonly looks: readonly CategoryLook[];
}

/** `early`: types that a code opens before their sale begins. */
export function readOffers(event: EventBody, hall: Hall | null, now: number, early: ReadonlySet<number>): Offers {
  const indexOf = new Map(hall?.categories.map(({ name }, i) => [name, i]));
  const all = event.ticketTypes
    .filter((type) => isOnSale(type, now, early.has(type.ticketTypeId)))
    .map((type) => toOffer(type, event, indexOf))
    .sort((a, b) => b.price - a.price);
  const byCategory = new Map(all.flatMap((offer) => offer.categories.map((category) => [category, offer] as const)));
  const seated = all.filter((offer) => offer.categories.length > 0);
  return {
    all,
    general: all.filter((offer) => offer.categories.length === 0),
    ofCategory: (category) => byCategory.get(category),
    ofType: (typeId) => all.find((offer) => offer.typeId === typeId),
    looks: (hall?.categories ?? []).map(({ color }, category) => ({
      colour: color,
      rank: Math.max(0, seated.indexOf(byCategory.get(category)!)),
    })),
  };
}

function isOnSale({ isActive, salesFrom, salesUntil }: TicketTypeBody, now: number, isEarly: boolean): boolean {
  return (
    isActive &&
    (isEarly || salesFrom === null || Date.parse(salesFrom) <= now) &&
    (salesUntil === null || Date.parse(salesUntil) > now)
  );
}

function toOffer(type: TicketTypeBody, event: EventBody, indexOf: ReadonlyMap<string, number>): Offer {
  const rates = type.rates.map((rate) => ({
    name: rate.name,
    price: allIn(rate.price, event),
    limit: rate.limitPerReservation ?? null,
  }));
  return {
    typeId: type.ticketTypeId,
    name: type.name,
    description: type.description,
    rates,
    price: rates[0]?.price ?? allIn(type.price, event),
    categories: (type.categories ?? []).map((name) => indexOf.get(name)).filter((one) => one !== undefined),
  };
}
