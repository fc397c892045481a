import { type MinorUnits, toDecimal } from '../../../kernel/money.ts';
import type { ParsedOffer, ParsedShow } from './parsed.ts';

/** A seating plan that shows are imported on. */
export interface ImportPlan {
  readonly seatingPlanId: number;
  readonly categories: {
    /** The nearest to the stage first. */
    readonly ordinary: readonly string[];
    /** Wheelchair and companion places. */
    readonly special: readonly string[];
  };
  readonly standing: readonly { readonly name: string; readonly capacity: number | null }[];
}

/** What the importer takes where pages say nothing. */
export interface Fills {
  readonly plan: ImportPlan | null;
  readonly capacity: number | null;
  /** Decimal, in each show's currency; already checked to be none of the negative ones. */
  readonly priceMinor: MinorUnits | null;
}

export interface PlannedTicketType {
  readonly name: string;
  readonly description: string | null;
  readonly price: number;
  readonly capacity: number | null;
  readonly categories: readonly string[] | null;
  readonly salesFrom: number | null;
  readonly salesUntil: number | null;
  readonly isActive: boolean;
}

const generalAdmission = 'General admission';

/**
 * The ticket types of a show. On a plan: one per category, the nearest category at the highest price of the page and
 * the farthest at the lowest, evenly between; a category called as an offer is has that offer's price; wheelchair and
 * companion places cost the lowest; a standing area is general admission. Without a plan: one per offer, sharing the
 * capacity where offers do not have their own. None where no price is known.
 */
export function planTicketTypes(show: ParsedShow, currency: string, fills: Fills): PlannedTicketType[] {
  const offers = show.offers.map((offer) => ({ ...offer, priceMinor: offer.priceMinor ?? fills.priceMinor }));
  if (offers.length === 0 && fills.priceMinor !== null) offers.push({ ...noOffer, priceMinor: fills.priceMinor });
  const priced = offers.filter((offer): offer is PricedOffer => offer.priceMinor !== null);
  if (priced.length === 0) return [];
  if (fills.plan) return onPlan(priced, currency, fills.plan, show.capacity ?? fills.capacity);
  return withoutPlan(priced, currency, show.capacity ?? fills.capacity);
}

/** What is to be said about the prices of a show: those left out for want of one, and a currency that its page does not name. */
export function priceNotes(show: ParsedShow, fills: Fills & { readonly currency: string }): string[] {
  const notes: string[] = [];
  const unpriced = show.offers.filter((offer) => offer.priceMinor === null);
  const isPriced = unpriced.length < show.offers.length;
  if (fills.priceMinor === null && isPriced && unpriced.length > 0) {
    const names = unpriced
      .slice(0, 5)
      .map(({ name }) => JSON.stringify(name ?? 'Ticket'))
      .join(', ');
    notes.push(`names no price for ${names}: left out (--price)`);
  }
  const prices = [
    ...show.offers.map(({ priceMinor }) => priceMinor),
    unpriced.length > 0 || !isPriced ? fills.priceMinor : null,
  ];
  if (show.currency === null && prices.some((price) => price !== null && price > 0)) {
    notes.push(`names no currency: ${fills.currency} was taken`);
  }
  return notes;
}

type PricedOffer = ParsedOffer & { readonly priceMinor: MinorUnits };

const noOffer: ParsedOffer = {
  name: null,
  priceMinor: null,
  highPriceMinor: null,
  capacity: null,
  salesFrom: null,
  salesUntil: null,
  isActive: true,
};

function withoutPlan(offers: readonly PricedOffer[], currency: string, capacity: number | null): PlannedTicketType[] {
  const open = offers.filter((offer) => offer.capacity === null).length;
  const taken = offers.reduce((sum, offer) => sum + (offer.capacity ?? 0), 0);
  const left = Math.max(0, (capacity ?? 0) - taken);
  const names = new Set<string>();
  let shared = 0;
  return offers.map((offer) => {
    const share = Math.floor(left / open) + (shared < left % open ? 1 : 0);
    if (offer.capacity === null) shared++;
    const { priceMinor, highPriceMinor, salesFrom, salesUntil, isActive } = offer;
    const upTo =
      highPriceMinor === null
        ? null
        : `At the source ${toDecimal(priceMinor, currency)} to ${toDecimal(highPriceMinor, currency)} ${currency}.`;
    return {
      name: distinctName(offer.name ?? (offers.length > 1 ? 'Ticket' : generalAdmission), names),
      description: upTo,
      price: toDecimal(priceMinor, currency),
      capacity: offer.capacity ?? share,
      categories: null,
      salesFrom,
      salesUntil,
      isActive,
    };
  });
}

function onPlan(
  offers: readonly PricedOffer[],
  currency: string,
  plan: ImportPlan,
  capacity: number | null,
): PlannedTicketType[] {
  const low = Math.min(...offers.map((offer) => offer.priceMinor));
  const high = Math.max(...offers.map((offer) => offer.highPriceMinor ?? offer.priceMinor));
  const named = new Map(offers.map((offer) => [(offer.name ?? '').toLowerCase(), offer]));
  const first = offers[0]!;
  const salesFrom = offers.length === 1 ? first.salesFrom : null;
  const salesUntil = offers.length === 1 ? first.salesUntil : null;
  const { ordinary, special } = plan.categories;
  const spread = spreadPrices(low, high, ordinary.length, 10 ** decimalsOf(currency));
  const names = new Set<string>();
  const type = (name: string, fallback: number): PlannedTicketType => {
    const offer = named.get(name.toLowerCase());
    return {
      name: distinctName(name, names),
      description: null,
      price: toDecimal(offer?.priceMinor ?? fallback, currency),
      capacity: null,
      categories: [name],
      salesFrom: offer?.salesFrom ?? salesFrom,
      salesUntil: offer?.salesUntil ?? salesUntil,
      isActive: offer?.isActive ?? true,
    };
  };
  const seated = [...ordinary.map((name, i) => type(name, spread[i]!)), ...special.map((name) => type(name, low))];
  const unsaid = plan.standing.filter((area) => area.capacity === null).length;
  const standing = plan.standing.flatMap(({ name, capacity: own }) => {
    const places = own ?? (capacity === null ? 0 : Math.floor(capacity / unsaid));
    return places > 0 ? [{ ...type(name, low), capacity: places, categories: null }] : [];
  });
  return [...seated, ...standing];
}

function decimalsOf(currency: string): number {
  return Math.round(-Math.log10(toDecimal(1, currency)));
}

/** From high to low in even steps, in whole units of the currency where the steps are that wide. */
function spreadPrices(low: MinorUnits, high: MinorUnits, count: number, unit: number): MinorUnits[] {
  const round = high - low >= unit * count ? unit : 1;
  return Array.from({ length: count }, (_, i) => {
    if (i === 0) return high;
    if (i === count - 1) return low;
    return Math.round((high - ((high - low) * i) / (count - 1)) / round) * round;
  });
}

/** Two offers of one name are distinguished by a number. */
function distinctName(name: string, taken: Set<string>): string {
  let candidate = name;
  for (let i = 2; taken.has(candidate.toLowerCase()); i++) candidate = `${name.slice(0, 90)} ${i}`;
  taken.add(candidate.toLowerCase());
  return candidate;
}
