import type { Instant } from '../../../kernel/instant.ts';
import { isCurrency, type MinorUnits } from '../../../kernel/money.ts';
import { cleanText, cutText } from './clean-text.ts';
import { localName, type Subject, textOf, thingsOf, typesOf, valuesOf } from './json-ld.ts';
import type { ParsedOffer, Remark } from './parsed.ts';
import { readDate, toInstant } from './read-date.ts';
import { currencyBeside, currencyOf, readPrice } from './read-price.ts';

export interface Offers {
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

/**
 * What is sold: an Offer, a list of them, or an AggregateOffer (its own offers where it lists priced ones, else its
 * price range). Offers in another currency than the first are left out with a note.
 */
export function readOffers(show: Subject, timeZone: string, { faults, notes }: Remarks): Offers {
  const listed = thingsOf(show, 'offers').flatMap((offer) => {
    const inner = thingsOf(offer, 'offers').filter((one) => priceOf(one) !== undefined);
    return inner.length > 0 ? inner.map((one) => ({ offer: one, above: offer })) : [{ offer, above: offer }];
  });
  let currency: string | null = null;
  const offers: ParsedOffer[] = [];
  for (const { offer, above } of listed.slice(0, offersMax)) {
    const written = currencyWritten(offer) ?? currencyWritten(above);
    const own = written === undefined ? undefined : currencyOf(written);
    if (written !== undefined && (own === undefined || !isCurrency(own))) {
      faults.push({ place: offer.pointer, reason: `${JSON.stringify(written.slice(0, 20))} is no currency` });
      continue;
    }
    currency ??= own ?? null;
    if (own !== undefined && own !== currency) {
      notes.push({ place: offer.pointer, reason: `an offer in ${own} was left out: the show sells in ${currency}` });
      continue;
    }
    const read = readOffer(offer, { currency: currency ?? 'EUR', timeZone, faults, notes });
    if (read) offers.push(read);
  }
  if (listed.length > offersMax) {
    notes.push({
      place: show.pointer,
      reason: `${listed.length - offersMax} offers beyond the first ${offersMax} were left out`,
    });
  }
  if (offers.length === 0 && /^(true|1|https?:\/\/schema.org\/True)$/i.test(flagOf(show))) {
    offers.push({ ...nothingSaid, priceMinor: 0 });
  }
  return { currency, offers };
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

function flagOf(show: Subject): string {
  const [found] = valuesOf(show, 'isAccessibleForFree', 'free');
  return String(found?.value ?? '');
}

interface OfferReading extends Remarks {
  readonly currency: string;
  readonly timeZone: string;
}

function readOffer(offer: Subject, reading: OfferReading): ParsedOffer | undefined {
  const { faults, notes } = reading;
  const low = readPriceAt(offer, priceOf(offer), reading);
  const high = readPriceAt(offer, firstValue(offer, ['highPrice'], ['maxPrice']), reading);
  const [item] = thingsOf(offer, 'itemOffered');
  const name = cleanText(textOf(offer, 'name') ?? (item && textOf(item, 'name')) ?? categoryOf(offer) ?? '');
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
  return {
    name: name === '' ? null : cutText(name, 100),
    priceMinor: low ?? high,
    highPriceMinor: low !== null && high !== null && high > low ? high : null,
    capacity: capacityOf(offer),
    salesFrom,
    salesUntil,
    isActive: !/^(SoldOut|OutOfStock|Discontinued)$/i.test(localName(textOf(offer, 'availability') ?? '')),
  };
}

function categoryOf(offer: Subject): string | undefined {
  const category = textOf(offer, 'category');
  // Google's documentation told pages to write "primary" there, which is no name of a ticket.
  return category === undefined || /^(primary|secondary|presale|premium)$/i.test(category.trim())
    ? undefined
    : category;
}

/** A property of the offer, or of its price specification under the second names. */
function firstValue(offer: Subject, keys: string[], specificationKeys: string[]): unknown {
  const [own] = valuesOf(offer, ...keys);
  if (own) return own.value;
  for (const specification of thingsOf(offer, 'priceSpecification')) {
    const [found] = valuesOf(specification, ...specificationKeys);
    if (found) return found.value;
  }
  return undefined;
}

function priceOf(offer: Subject): unknown {
  const keys = typesOf(offer.node).includes('AggregateOffer') ? ['lowPrice', 'price'] : ['price', 'lowPrice'];
  const price = firstValue(offer, keys, ['price', 'minPrice']);
  return price === '' ? undefined : price;
}

function currencyWritten(offer: Subject): string | undefined {
  const written = firstValue(offer, ['priceCurrency'], ['priceCurrency']);
  if (typeof written === 'string' && written.trim() !== '') return written;
  return currencyBeside(priceOf(offer));
}

function readPriceAt(offer: Subject, value: unknown, { currency, faults }: OfferReading): MinorUnits | null {
  if (value === undefined || value === '') return null;
  const price = readPrice(value, currency);
  if (price.accepted) return price.value;
  faults.push({ place: offer.pointer, reason: price.refusal });
  return null;
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
  const [level] = thingsOf(offer, 'inventoryLevel');
  return readCount(level ? textOf(level, 'value') : textOf(offer, 'inventoryLevel'));
}

/** A whole number of people; null for anything else. */
export function readCount(text: string | undefined): number | null {
  const count = /^\s*\d{1,6}\s*$/.test(text ?? '') ? Number(text) : Number.NaN;
  return count >= 1 && count <= 500_000 ? count : null;
}
