import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Instant, parseInstant } from '../../../kernel/instant.ts';
import { wordsOfTerm } from './fold-text.ts';
import type { Position } from './geo.ts';
import { foldPhrase, performerKey, seriesKey, venueKey } from './search-document.ts';

export type SearchSort = 'date' | 'relevance' | 'distance' | 'price';

/** What is looked for: checked, folded, nothing left to default. Every condition that is set must hold. */
export interface SearchQuestion {
  /** Folded words; null: no term. An empty list: a term without a single word, which nothing matches. */
  readonly words: readonly string[] | null;
  /** A folded city, its beginning, or words of it. */
  readonly location: string | null;
  readonly type: string | null;
  readonly when: SearchPeriod;
  readonly near: { readonly position: Position; readonly radiusKm: number } | null;
  readonly onSale: boolean | null;
  /** Lexemes of performer, venue and series; a document must have all of them. */
  readonly having: readonly string[];
  readonly sort: SearchSort;
  readonly limit: number;
  /** The place in the order after which the page begins. */
  readonly after: SearchPlace | null;
  readonly now: Instant;
}

export interface SearchPeriod {
  /** Events that are not over yet at this instant. */
  readonly notOverAt: Instant | null;
  readonly startsFrom: Instant | null;
  readonly startsTo: Instant | null;
  /** Days at the venue, both included: `2027-05-01`. */
  readonly dayFrom: string | null;
  readonly dayTo: string | null;
}

/**
 * A row's place in the order: the values sorted by, then start and id, which make it unique. date: nothing more;
 * relevance: the tier; price: the rank; distance: kilometres, latitude, longitude.
 */
export interface SearchPlace {
  readonly by: readonly number[];
  readonly startsAt: Instant;
  readonly eventId: number;
}

/** What a searcher asks, as it came in; the schema has checked types and lengths. */
export interface AskedSearch {
  readonly term?: string;
  readonly location?: string;
  readonly type?: string;
  readonly date?: string;
  readonly from?: string;
  readonly to?: string;
  readonly near?: string;
  readonly radius?: number;
  readonly sort?: SearchSort;
  readonly onSale?: boolean;
  readonly performerId?: number;
  readonly venueId?: number;
  readonly seriesId?: number;
  readonly limit?: number;
}

export interface SearchRefusal {
  readonly code: 'VALIDATION_FAILED';
  readonly errors: readonly { readonly field: string; readonly message: string }[];
}

/** More words than anybody types. */
const termWordsMax = 12;
const limitDefault = 20;
const radiusKmDefault = 50;

/**
 * Reads a search: folds its texts, fills in what was left out (upcoming events, by date or, with a term, by relevance).
 * Refuses days and positions that do not exist, an end before its beginning, a distance without a place.
 */
export function readQuestion(asked: AskedSearch, now: Instant): Decision<Omit<SearchQuestion, 'after'>, SearchRefusal> {
  const when = readPeriod(asked, now);
  if (!when.accepted) return when;
  const position = asked.near === undefined ? null : readPosition(asked.near);
  if (position === undefined) return fault('near', 'must be latitude,longitude in degrees, e.g. 28.46,-16.25');
  if (asked.radius !== undefined && !position) return fault('radius', 'needs near');
  if (asked.sort === 'distance' && !position) return fault('sort', 'distance needs near');
  const words = asked.term === undefined || asked.term.trim() === '' ? null : wordsOfTerm(asked.term, termWordsMax);
  const location = foldPhrase(asked.location ?? '');
  const type = foldPhrase(asked.type ?? '');
  const sort = asked.sort ?? (words ? 'relevance' : 'date');
  return accept({
    words,
    location: location === '' ? null : location,
    type: type === '' ? null : type,
    when: when.value,
    near: position && { position, radiusKm: asked.radius ?? radiusKmDefault },
    onSale: asked.onSale ?? null,
    having: [
      ...(asked.performerId === undefined ? [] : [performerKey(asked.performerId)]),
      ...(asked.venueId === undefined ? [] : [venueKey(asked.venueId)]),
      ...(asked.seriesId === undefined ? [] : [seriesKey(asked.seriesId)]),
    ],
    sort: sort === 'relevance' && !words ? 'date' : sort,
    limit: asked.limit ?? limitDefault,
    now,
  });
}

function fault(field: string, message: string): { accepted: false; refusal: SearchRefusal } {
  return refuse({ code: 'VALIDATION_FAILED', errors: [{ field: `/querystring/${field}`, message }] });
}

type Bound = { readonly day: string } | { readonly instant: Instant };

function readPeriod(asked: AskedSearch, now: Instant): Decision<SearchPeriod, SearchRefusal> {
  const from = readBound(asked.from);
  if (from === undefined) return fault('from', 'must be a day or an instant with a zone');
  const to = readBound(asked.to);
  if (to === undefined) return fault('to', 'must be a day or an instant with a zone');
  if (from && to && endOf(to) < beginOf(from)) return fault('from', 'must not be after to');
  const asksForPast = asked.date !== undefined || from !== null || (to !== null && endOf(to) < now);
  const days = [asked.date, from && 'day' in from ? from.day : undefined].filter((day) => day !== undefined);
  const lastDays = [asked.date, to && 'day' in to ? to.day : undefined].filter((day) => day !== undefined);
  return accept({
    notOverAt: asksForPast ? null : now,
    startsFrom: from && 'instant' in from ? from.instant : null,
    startsTo: to && 'instant' in to ? to.instant : null,
    dayFrom: days.sort().at(-1) ?? null,
    dayTo: lastDays.sort().at(0) ?? null,
  });
}

/** Null: not supplied. Undefined: neither a day nor an instant. */
function readBound(text: string | undefined): Bound | null | undefined {
  if (text === undefined) return null;
  if (isDay(text)) return { day: text };
  // A plus sign that was not escaped arrives as a space.
  const instant = parseInstant(text.replace(' ', '+'));
  return instant === undefined ? undefined : { instant };
}

function isDay(text: string): boolean {
  if (!/^(19|20|21)\d\d-\d\d-\d\d$/.test(text)) return false;
  try {
    return Boolean(Temporal.PlainDate.from(text));
  } catch {
    return false;
  }
}

const dayMs = 86_400_000;

/** The earliest and the latest instant that a bound can mean anywhere. */
function beginOf(bound: Bound): Instant {
  return 'day' in bound ? Date.parse(bound.day) : bound.instant;
}

function endOf(bound: Bound): Instant {
  return 'day' in bound ? Date.parse(bound.day) + dayMs - 1 : bound.instant;
}

function readPosition(text: string): Position | undefined {
  const match = /^\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,15})?)\s*$/.exec(text);
  if (!match) return undefined;
  const [latitude, longitude] = [Number(match[1]), Number(match[2])];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180 ? { latitude, longitude } : undefined;
}

const startLimits = [Date.UTC(1800, 0, 1), Date.UTC(2300, 0, 1)] as const;

/** Ranges of the values that a cursor of each order carries before start and id. */
const placeRanges: Record<SearchSort, readonly (readonly [number, number])[]> = {
  date: [],
  relevance: [[0, 2]],
  price: [[0, Number.MAX_SAFE_INTEGER]],
  distance: [
    [0, 30_000],
    [-90, 90],
    [-180, 180],
  ],
};

/** How many numbers the cursor of an order holds. */
export function placeLength(sort: SearchSort): number {
  return placeRanges[sort].length + 2;
}

/** The numbers of a cursor as a place in the order; undefined if they cannot be one. */
export function toPlace(sort: SearchSort, values: readonly number[]): SearchPlace | undefined {
  const by = values.slice(0, -2);
  const [startsAt, eventId] = values.slice(-2) as [number, number];
  const inRange = placeRanges[sort].every(([min, max], i) => by[i]! >= min && by[i]! <= max);
  const whole = [startsAt, eventId, ...(sort === 'distance' ? [] : by)].every(Number.isSafeInteger);
  const valid = inRange && whole && startsAt >= startLimits[0] && startsAt <= startLimits[1];
  return valid && eventId >= 0 && eventId <= 2_147_483_647 ? { by, startsAt, eventId } : undefined;
}
