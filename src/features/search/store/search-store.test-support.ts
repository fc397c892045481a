import type { EventFacts } from '../domain/search-document.ts';
import type { SearchStore } from './search-store.ts';

/** An engine with a store, and ways to fill and empty it that return when searches see the change. */
export interface SearchStoreUnderTest {
  readonly store: SearchStore;
  put(events: readonly (EventFacts & { readonly stock: number })[]): Promise<void>;
  clear(): Promise<void>;
}

export const contractNow = Date.UTC(2027, 0, 15, 12);
export const dayMs = 86_400_000;

let lastEventId = 0;

/** A show with what is not said made up; ids count up. */
export function show(
  facts: Partial<EventFacts & { stock: number }> & { readonly title: string },
): EventFacts & { stock: number } {
  lastEventId += 1;
  return {
    eventId: lastEventId,
    organizerId: 1,
    description: null,
    type: 'Concert',
    status: 'published',
    startsAt: contractNow + lastEventId * dayMs,
    endsAt: null,
    timeZone: 'Europe/Berlin',
    imageUrl: null,
    currency: 'EUR',
    onSaleFrom: null,
    onSaleUntil: null,
    venueId: 1,
    venue: 'Town Hall',
    city: null,
    latitude: null,
    longitude: null,
    performers: [],
    lowestPriceMinor: 1000,
    terms: { serviceFee: null, tax: null },
    seriesId: null,
    previousStartsAt: null,
    hasTickets: true,
    stock: 2,
    ...facts,
  };
}

/** Performers 1, 2, … of these names. */
export function performers(...names: string[]): EventFacts['performers'] {
  return names.map((name, i) => ({ performerId: i + 1, name }));
}

/** Begins with event 1 again. */
export function resetShows(): void {
  lastEventId = 0;
}
