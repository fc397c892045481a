import type { Instant } from '../../../kernel/instant.ts';
import { currencyDecimals, toDecimal } from '../../../kernel/money.ts';
import { breakDown, type PriceTerms } from '../../pricing/domain/break-down.ts';
import { foldText, wordsOfText } from './fold-text.ts';
import { cellsOf } from './geo.ts';

/** How documents are described: another number has all of them described again. */
export const descriptionVersion = 2;

/** What the catalogue knows of a public event, as far as searching needs it. */
export interface EventFacts {
  readonly eventId: number;
  readonly organizerId: number;
  readonly title: string;
  readonly description: string | null;
  readonly type: string;
  readonly status: 'published' | 'postponed' | 'cancelled';
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly timeZone: string;
  readonly imageUrl: string | null;
  readonly currency: string;
  readonly onSaleFrom: Instant | null;
  readonly onSaleUntil: Instant | null;
  readonly venueId: number;
  readonly venue: string;
  readonly city: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly performers: readonly { readonly performerId: number; readonly name: string }[];
  readonly lowestPriceMinor: number | null;
  /** What is added to prices or contained in them. */
  readonly terms: PriceTerms;
  readonly seriesId: number | null;
  /** When it was to start before it was last moved or postponed. */
  readonly previousStartsAt: Instant | null;
  /** Whether it has any tickets, sold or not. */
  readonly hasTickets: boolean;
}

/** The part of an answer that only changes with the catalogue. */
export interface ShownEvent {
  readonly title: string;
  readonly status: EventFacts['status'];
  readonly timeZone: string;
  readonly venueId: number;
  readonly venue: string;
  readonly city: string | null;
  readonly performers: EventFacts['performers'];
  readonly type: string;
  readonly imageUrl: string | null;
  readonly lowestPrice: number | null;
  /** The lowest price as it is paid, with fee and tax. */
  readonly fromPrice: number | null;
  readonly currency: string;
  readonly seriesId: number | null;
  readonly previousStartsAt: Instant | null;
}

/** A name by which shows are proposed, and the lexeme of the documents that have it. */
export interface SearchName {
  readonly kind: 'performer' | 'venue' | 'city';
  readonly lexeme: string;
  readonly name: string;
}

/** A document as it is searched. */
export interface SearchDocument {
  readonly eventId: number;
  readonly organizerId: number;
  readonly startsAt: Instant;
  readonly shownUntil: Instant;
  /** Null: never on sale. `from` null: open from the beginning. */
  readonly onSale: { readonly from: Instant | null; readonly until: Instant } | null;
  readonly priceRank: number;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly localDate: string;
  readonly runsLong: boolean;
  readonly city: string;
  readonly type: string;
  /** Words of title, performers and venue, and those that only the description has. */
  readonly nameWords: readonly string[];
  readonly otherWords: readonly string[];
  readonly keys: readonly string[];
  readonly names: readonly SearchName[];
  readonly shown: ShownEvent;
}

/** An event whose end is not known counts as over this long after its start. */
const unknownLengthMs = 4 * 3_600_000;
/** Longer events are found apart from a walk by date. */
const runsLongMs = 24 * 3_600_000;
/** Sorts behind every price. */
const priceRankNone = Number.MAX_SAFE_INTEGER;
const titleWordsMax = 120;
const performerWordsMax = 300;
const otherWordsMax = 600;

/** Makes the document of an event. Pure: the same facts give the same document. */
export function describeEvent(facts: EventFacts): SearchDocument {
  const { eventId, organizerId, startsAt, latitude, longitude, currency, lowestPriceMinor } = facts;
  const shownUntil = facts.endsAt ?? startsAt + unknownLengthMs;
  const localDate = localDateOf(startsAt, facts.timeZone);
  const city = foldPhrase(facts.city ?? '');
  const type = foldPhrase(facts.type);
  const fromPriceMinor = lowestPriceMinor === null ? null : paidFor(lowestPriceMinor, facts.terms);
  const titleWords = new Set(wordsOfText(facts.title, titleWordsMax));
  const performers = facts.performers.map((performer) => performer.name).join('\n');
  for (const word of wordsOfText(performers, performerWordsMax)) titleWords.add(word);
  const nameWords = new Set(titleWords).union(new Set(wordsOfText(facts.venue, titleWordsMax)));
  const otherWords = new Set(wordsOfText(facts.description ?? '', otherWordsMax)).difference(nameWords);
  const keys = [`d:${localDate}`, `m:${localDate.slice(0, 7)}`, `t:${keyOf(type)}`];
  if (city !== '') keys.push(cityKey(city));
  const names = namesOf(facts);
  for (const { kind, lexeme } of names) if (kind !== 'city') keys.push(lexeme);
  if (facts.seriesId !== null) keys.push(seriesKey(facts.seriesId));
  if (latitude !== null && longitude !== null) keys.push(...cellsOf({ latitude, longitude }));
  for (const word of nameWords) keys.push(word, `x:${word}`);
  for (const word of titleWords) keys.push(`n:${word}`);
  keys.push(...otherWords);
  return {
    eventId,
    organizerId,
    startsAt,
    shownUntil,
    onSale: saleWindow(facts),
    priceRank: fromPriceMinor === null ? priceRankNone : fromPriceMinor * 10 ** (3 - currencyDecimals(currency)),
    latitude,
    longitude,
    localDate,
    runsLong: shownUntil - startsAt > runsLongMs,
    city,
    type,
    nameWords: [...nameWords],
    otherWords: [...otherWords],
    keys,
    names,
    shown: {
      title: facts.title,
      status: facts.status,
      timeZone: facts.timeZone,
      venueId: facts.venueId,
      venue: facts.venue,
      city: facts.city,
      performers: facts.performers,
      type: facts.type,
      imageUrl: facts.imageUrl,
      lowestPrice: lowestPriceMinor === null ? null : toDecimal(lowestPriceMinor, currency),
      fromPrice: fromPriceMinor === null ? null : toDecimal(fromPriceMinor, currency),
      currency,
      seriesId: facts.seriesId,
      previousStartsAt: facts.previousStartsAt,
    },
  };
}

/** What one ticket of a price costs whoever buys it: the dearer the price, the dearer that, so the lowest stays the lowest. */
function paidFor(priceMinor: number, terms: PriceTerms): number {
  return breakDown([{ priceMinor, isDiscounted: false }], terms, null).totalMinor;
}

/** The names by which a show is proposed. */
export function namesOf({
  performers,
  venueId,
  venue,
  city,
}: Pick<ShownEvent, 'performers' | 'venueId' | 'venue' | 'city'>): SearchName[] {
  const cityPhrase = foldPhrase(city ?? '');
  const names: SearchName[] = performers.map(({ performerId, name }) => ({
    kind: 'performer',
    lexeme: performerKey(performerId),
    name,
  }));
  names.push({ kind: 'venue', lexeme: venueKey(venueId), name: venue });
  if (city !== null && cityPhrase !== '') names.push({ kind: 'city', lexeme: cityKey(cityPhrase), name: city });
  return names;
}

export const performerKey = (performerId: number) => `p:${performerId}`;
export const venueKey = (venueId: number) => `v:${venueId}`;
export const seriesKey = (seriesId: number) => `s:${seriesId}`;
/** Of a folded city. */
export const cityKey = (city: string) => `c:${keyOf(city)}`;

/** The sale ends with the event, if nothing ends it before. Only a published event is ever on sale. */
function saleWindow(facts: EventFacts): SearchDocument['onSale'] {
  if (facts.status !== 'published' || !facts.hasTickets) return null;
  const end = facts.endsAt ?? facts.startsAt;
  return { from: facts.onSaleFrom, until: Math.min(end, facts.onSaleUntil ?? end) };
}

/** A folded name with single spaces: cities and types compare in this form. */
export function foldPhrase(text: string): string {
  return foldText(text)
    .replaceAll(/[^\p{L}\p{N}\p{M}]+/gu, ' ')
    .trim()
    .slice(0, 120);
}

/** A folded phrase as part of a lexeme, which holds no spaces. */
export function keyOf(phrase: string): string {
  return phrase.replaceAll(' ', '_');
}

const dayFormats = new Map<string, Intl.DateTimeFormat>();

function localDateOf(instant: Instant, timeZone: string): string {
  let format = dayFormats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    dayFormats.set(timeZone, format);
  }
  return format.format(instant);
}

/** 0 sold out, 1 few left (less than a tenth), 2 available. */
export function stockOf(availableCapacity: number, totalCapacity: number): 0 | 1 | 2 {
  if (availableCapacity <= 0) return 0;
  return availableCapacity * 10 < totalCapacity ? 1 : 2;
}
