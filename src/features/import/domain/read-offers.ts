import type { Instant } from '../../../kernel/instant.ts';
import { isCurrency, type MinorUnits } from '../../../kernel/money.ts';
import { cleanText, cutText } from './clean-text.ts';
import { type Found, nodesOf, type Subject, textOf, typesOf, valuesOf, wordsOf } from './json-ld.ts';
import type { ParsedOffer, Remark } from './parsed.ts';
import { readDate, toInstant } from './read-date.ts';
import { currencyBeside, currencyOf, readPrice } from './read-price.ts';

export interface Offers {
  /** Null: the page names none. */
  readonly currency: string | null;
  readonly offers: readonly ParsedOffer[];
}

/** Where reading an offer notes what is wrong (`faults` refuse the show) or was taken differently (`notes`). */
export interface Remarks {
  readonly faults: Remark[];
  readonly notes: Remark[];
}

/** More kinds of tickets than an event may have. */
const offersMax = 100;

/** One price of an offer: an offer may have several, each of which becomes one of its own. */
interface Priced {
  readonly offer: Subject;
  readonly name: string | undefined;
  readonly price: unknown;
  readonly currency: string | undefined;
  /** The offer has others: what it says of its places is not said of this price. */
  readonly isOneOfSeveral: boolean;
}

/**
 * What is sold: an Offer, a list of them, or an AggregateOffer (its own offers where it lists priced ones, else its
 * price range). An offer of several prices is several. Offers in another currency than the first are left out with a
 * note. `currency` is that of prices whose page names none.
 */
export function readOffers(
  show: Subject,
  { timeZone, currency: otherwise }: { readonly timeZone: string; readonly currency: string },
  remarks: Remarks,
): Offers {
  const { faults, notes } = remarks;
  const listed = listOffers(show, otherwise, notes);
  let currency: string | null = null;
  const inOneCurrency: Priced[] = [];
  for (const priced of listed.slice(0, offersMax)) {
    const { offer, currency: written } = priced;
    const own = written === undefined ? undefined : currencyOf(written, otherwise);
    if (written !== undefined && (own === undefined || !isCurrency(own))) {
      faults.push({ place: offer.pointer, reason: `${JSON.stringify(written.slice(0, 20))} is no currency` });
      continue;
    }
    currency ??= own ?? null;
    if (own !== undefined && own !== currency) {
      notes.push({ place: offer.pointer, reason: `an offer in ${own} was left out: the show sells in ${currency}` });
      continue;
    }
    inOneCurrency.push(priced);
  }
  const reading = { currency: currency ?? otherwise, timeZone, faults, notes };
  const offers = inOneCurrency.flatMap((priced) => readOffer(priced, reading) ?? []);
  if (listed.length > offersMax) {
    const reason = `${listed.length - offersMax} offers beyond the first ${offersMax} were left out`;
    notes.push({ place: show.pointer, reason });
  }
  if (isFree(show)) {
    if (offers.length === 0) offers.push({ ...nothingSaid, priceMinor: 0 });
    else if (offers.some(({ priceMinor }) => priceMinor !== null && priceMinor > 0)) {
      notes.push({ place: show.pointer, reason: 'says that it is free, and has a price: the price was taken' });
    }
  }
  return { currency, offers };
}

function listOffers(show: Subject, likely: string, notes: Remark[]): Priced[] {
  return nodesOf(show, 'offers').flatMap((offer) => {
    const inner = nodesOf(offer, 'offers');
    const priced = inner.filter((one) => pricesOf(one).length > 0);
    if (priced.length === 0) return spread(offer, offer, likely);
    if (priced.length < inner.length) {
      const reason = `${inner.length - priced.length} of its offers were left out: they name no price`;
      notes.push({ place: offer.pointer, reason });
    }
    return priced.flatMap((one) => spread(one, offer, likely));
  });
}

/** An offer, once for each of its prices. */
function spread(offer: Subject, above: Subject, likely: string): Priced[] {
  const prices = pricesOf(offer);
  const several = prices.length > 1;
  const own = (found: PriceFound | undefined): Priced => {
    const specified = found?.specification && currencyWritten(found.specification);
    const written = specified ?? currencyWritten(offer) ?? currencyWritten(above);
    const currency = written ?? currencyBeside(found?.value, likely);
    return { offer, name: found?.name, price: found?.value, currency, isOneOfSeveral: several };
  };
  return several ? prices.map(own) : [own(prices[0])];
}

const nothingSaid: ParsedOffer = {
  name: null,
  priceMinor: null,
  highPriceMinor: null,
  capacity: null,
  salesFrom: null,
  salesUntil: null,
  isActive: true,
};

function isFree(show: Subject): boolean {
  const [found] = valuesOf(show, 'isAccessibleForFree', 'free');
  const [word] = wordsOf(show, 'isAccessibleForFree');
  return /^(?:true|1|yes)$/i.test(word ?? String(found?.value ?? ''));
}

interface OfferReading extends Remarks {
  readonly currency: string;
  readonly timeZone: string;
}

function readOffer(priced: Priced, reading: OfferReading): ParsedOffer | undefined {
  const { faults, notes } = reading;
  const { offer } = priced;
  const low = readPriceAt(offer, priced.price, reading);
  const highest = priced.isOneOfSeveral ? undefined : firstValue(offer, ['highPrice'], ['maxPrice']);
  const high = readPriceAt(offer, highest, reading);
  if (low !== null && high !== null && high < low) {
    notes.push({ place: offer.pointer, reason: 'the highest price was left out: it is below the lowest' });
  }
  const [item] = nodesOf(offer, 'itemOffered');
  const written = priced.name ?? textOf(offer, 'name') ?? (item && textOf(item, 'name')) ?? categoryOf(offer);
  const name = cleanText(written ?? '');
  const salesFrom =
    readSalesDate(offer, 'validFrom', '00:00', reading) ?? readSalesDate(offer, 'availabilityStarts', '00:00', reading);
  let salesUntil =
    readSalesDate(offer, 'validThrough', '23:59', reading) ??
    readSalesDate(offer, 'availabilityEnds', '23:59', reading);
  if (salesFrom !== null && salesUntil !== null && salesUntil <= salesFrom) {
    notes.push({ place: offer.pointer, reason: 'the end of sales was left out: it is not after their start' });
    salesUntil = null;
  }
  if (faults.length > 0) return undefined;
  const isActive = !wordsOf(offer, 'availability').some((word) => /^(SoldOut|OutOfStock|Discontinued)$/i.test(word));
  return {
    name: name === '' ? null : cutText(name, 100),
    priceMinor: low ?? high,
    highPriceMinor: low !== null && high !== null && high > low ? high : null,
    capacity: priced.isOneOfSeveral ? null : capacityOf(offer),
    salesFrom,
    salesUntil,
    isActive,
  };
}

function categoryOf(offer: Subject): string | undefined {
  const category = textOf(offer, 'category');
  // Google's documentation had pages write "primary" there, which is no name of a ticket.
  return category === undefined || /^(primary|secondary|presale|premium)$/i.test(category.trim())
    ? undefined
    : category;
}

/** A property of the offer, or of its price specification under the second names. */
function firstValue(offer: Subject, keys: string[], specificationKeys: string[]): unknown {
  const [own] = valuesOf(offer, ...keys);
  if (own) return own.value;
  for (const specification of nodesOf(offer, 'priceSpecification')) {
    const [found] = valuesOf(specification, ...specificationKeys);
    if (found) return found.value;
  }
  return undefined;
}

interface PriceFound extends Found {
  readonly name?: string | undefined;
  readonly specification?: Subject;
}

/** The different prices of an offer: its own, else those of its price specifications. */
function pricesOf(offer: Subject): PriceFound[] {
  const isRange = typesOf(offer.node).includes('AggregateOffer');
  const own = valuesOf(offer, ...(isRange ? ['lowPrice', 'price'] : ['price', 'lowPrice']));
  const found: PriceFound[] = own.some(({ value }) => value !== '')
    ? own
    : nodesOf(offer, 'priceSpecification').flatMap((specification) =>
        valuesOf(specification, 'price', 'minPrice').map((one) => ({
          ...one,
          name: textOf(specification, 'name'),
          specification,
        })),
      );
  const seen = new Set<string>();
  return found.filter(({ value, name }) => {
    const key = JSON.stringify([value, name]);
    return value !== '' && !seen.has(key) && seen.add(key);
  });
}

function currencyWritten(offer: Subject): string | undefined {
  const written = firstValue(offer, ['priceCurrency'], ['priceCurrency']);
  return typeof written === 'string' && written.trim() !== '' ? written : undefined;
}

function readPriceAt(offer: Subject, value: unknown, { currency, faults, notes }: OfferReading): MinorUnits | null {
  if (value === undefined || value === '') return null;
  const price = readPrice(value, currency);
  if (!price.accepted) {
    faults.push({ place: offer.pointer, reason: price.refusal });
    return null;
  }
  if (price.value.doubt !== undefined) notes.push({ place: offer.pointer, reason: price.value.doubt });
  return price.value.minor;
}

function readSalesDate(
  offer: Subject,
  key: string,
  timeOfDay: string,
  { timeZone, notes }: OfferReading,
): Instant | null {
  const text = textOf(offer, key);
  if (text === undefined) return null;
  const date = readDate(text);
  if (date.accepted) return toInstant(date.value, timeZone, timeOfDay);
  notes.push({ place: offer.pointer, reason: `${key} was left out: ${date.refusal}` });
  return null;
}

function capacityOf(offer: Subject): number | null {
  const [level] = nodesOf(offer, 'inventoryLevel');
  return readCount(level ? textOf(level, 'value') : textOf(offer, 'inventoryLevel'));
}

/** A whole number of people; null for anything else. */
export function readCount(text: string | undefined): number | null {
  const count = /^\s*\d{1,6}\s*$/.test(text ?? '') ? Number(text) : Number.NaN;
  return count >= 1 && count <= 500_000 ? count : null;
}
