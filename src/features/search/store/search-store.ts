import type { Instant } from '../../../kernel/instant.ts';
import type { SearchDocument, SearchName, ShownEvent } from '../domain/search-document.ts';
import type { SearchPlace, SearchQuestion } from '../domain/search-question.ts';

export interface FoundEvent {
  readonly eventId: number;
  readonly startsAt: Instant;
  readonly onSale: SearchDocument['onSale'];
  readonly stock: number;
  readonly distanceKm: number | null;
  readonly shown: ShownEvent;
}

export interface SearchAnswer {
  readonly items: readonly FoundEvent[];
  /** Where the next page begins; null on the last one. */
  readonly next: SearchPlace | null;
  /** Exact up to {@link totalMax}; `totalMore` says that there are more. */
  readonly total: number;
  readonly totalMore: boolean;
  /** When the term as it was typed matched nothing: the term that does (its events are the items, if it is near enough). */
  readonly didYouMean: string | null;
}

/** The answer to a search that matches nothing. */
export const nothingFound: SearchAnswer = { items: [], next: null, total: 0, totalMore: false, didYouMean: null };

/** What somebody has typed so far. */
export interface SuggestionQuestion {
  /** Folded; the last may be unfinished. At least one. */
  readonly words: readonly string[];
  /** The same as one folded phrase. */
  readonly phrase: string;
  readonly now: Instant;
}

/** A performer, venue or city that has a show to come. */
export interface FoundName {
  readonly kind: SearchName['kind'];
  /** Of a performer or venue. */
  readonly id: number | null;
  /** As the catalogue spells it. */
  readonly text: string;
  /** Where a venue is. */
  readonly city: string | null;
}

export interface SuggestionAnswer {
  /** Each title once, soonest first. With its soonest date, unless so many match that only some are looked at. */
  readonly shows: readonly FoundEvent[];
  /** Of each kind: names that begin with what was typed first, then by how many shows they have. */
  readonly names: readonly FoundName[];
}

/** Counted exactly up to here. */
export const totalMax = 10_000;

/**
 * Finds public events. Orders: date (soonest first); relevance (0: all words in title or performers; 1: all in title,
 * performers or venue, parts of words counting too; 2: the rest; then by date); price (lowest first, none last); distance
 * (needs `near`). Ties by start and id, so pages neither repeat nor skip what did not change between them.
 */
export interface SearchStore {
  find(question: SearchQuestion): Promise<SearchAnswer>;
  /**
   * What somebody who is typing may mean, of shows that are not over: every word in the title or performers of a show, or in a name,
   * the last as a beginning. Typing errors are forgiven where nothing else is found.
   */
  suggest(question: SuggestionQuestion): Promise<SuggestionAnswer>;
}
