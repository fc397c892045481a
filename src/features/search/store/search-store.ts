import type { Instant } from '../../../kernel/instant.ts';
import type { SearchDocument, ShownEvent } from '../domain/search-document.ts';
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

/** Counted exactly up to here. */
export const totalMax = 10_000;

/**
 * Finds public events. Orders: date (soonest first); relevance (0: all words in title or performers; 1: all in title,
 * performers or venue, parts of words counting too; 2: the rest; then by date); price (lowest first, none last); distance
 * (needs `near`). Ties by start and id, so pages neither repeat nor skip what did not change between them.
 */
export interface SearchStore {
  find(question: SearchQuestion): Promise<SearchAnswer>;
}
