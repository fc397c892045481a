import type { EventBody } from '../../contract/catalog.ts';
import type { PageOf } from '../../contract/common.ts';
import type { AvailabilityAnswer } from '../../contract/inventory.ts';
import type { OrganizerAnswer } from '../../contract/organizers.ts';
import type { SearchPageAnswer, SearchPlacesAnswer } from '../../contract/search.ts';

/** What the pages of the shop ask of other slices. */
export interface StorefrontSources {
  /** The show as the public sees it, or null. */
  readonly event: (eventId: number) => Promise<EventBody | null>;
  /** Whether an event that is not public was so once. */
  readonly wasPublic: (eventId: number) => Promise<boolean>;
  /** How many places of it are free and held now, or a moment ago; null: there is no such event. */
  readonly availability: (event: EventBody) => Promise<AvailabilityAnswer | null>;
  /** Where the API has the seat map of an event; null: it has none, or there is no such event. */
  readonly seatMapPath: (eventId: number) => Promise<string | null>;
  /** The name of a series; null if there is none. */
  readonly seriesName: (seriesId: number) => Promise<string | null>;
  /** An organiser as anybody may know it, or null. */
  readonly organizer: (slug: string) => Promise<OrganizerAnswer | null>;
  /** The first of its shows to come: the answer of `/api/organizers/{slug}/events?upcoming=true`. */
  readonly showsOf: (organizerId: number) => Promise<PageOf<EventBody>>;
  /** What the home page shows before anything is looked for: the answer of `/api/search`. */
  readonly shows: () => Promise<SearchPageAnswer>;
  /** Cities and types of shows to choose from: the answer of `/api/search/places`. */
  readonly places: () => Promise<SearchPlacesAnswer>;
  /** The numbers of the sitemap's files, and the shows of one. */
  readonly sitemapFiles: () => Promise<readonly number[]>;
  readonly publicShows: (
    file: number,
  ) => Promise<readonly { readonly eventId: number; readonly slug: string; readonly updatedAt: number }[]>;
  /** Slugs of organisers who have something on. */
  readonly publicOrganizers: () => Promise<readonly string[]>;
}
