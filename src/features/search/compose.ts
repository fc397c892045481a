import type { SearchPageAnswer, SuggestionsAnswer } from '../../contract/search.ts';
import type { Cache, CachedValues } from '../../platform/cache/cache.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { Caller } from '../../platform/http/request.ts';
import type { Queryable, TenantDatabase } from '../../platform/postgres/database.ts';
import type { PublicReading } from '../../platform/postgres/read-replica.ts';
import { everybody } from '../../platform/postgres/scope.ts';
import type { Slice } from '../../platform/slice.ts';
import type { CacheCounts } from '../../platform/telemetry/metrics.ts';
import { describeAgain } from './commands/describe-again.ts';
import { indexEvents } from './commands/index-events.ts';
import { searchRoutes } from './http.ts';
import { listPlaces } from './queries/list-places.ts';
import {
  listPublicOrganizers,
  listPublicShows,
  listSitemapFiles,
  type PublicShow,
} from './queries/list-public-shows.ts';
import { recently } from './queries/recently.ts';
import { searchEvents } from './queries/search-events.ts';
import { suggest } from './queries/suggest.ts';
import type { SearchStore } from './store/search-store.ts';

export interface Search extends Slice {
  /** Called by whoever changes an event, its venue, performers or ticket types, in the same transaction. */
  readonly indexEvents: (tx: Queryable, eventIds: readonly number[]) => Promise<void>;
  /** Some event looks different: no answer is kept that was found before. */
  readonly forgetAnswers: () => void;
  readonly queries: {
    readonly searchEvents: (asked: Parameters<typeof searchEvents>[1]) => ReturnType<typeof searchEvents>;
    /** The same for who is not signed in: a moment old at times. */
    readonly searchForPublic: (asked: Parameters<typeof searchEvents>[1]) => ReturnType<typeof searchEvents>;
    /** What the home shows to everybody: the soonest shows, as `GET /api/search` answers without a term. From one query a while. */
    readonly comingUp: () => ReturnType<typeof searchEvents>;
    readonly listPlaces: () => ReturnType<typeof listPlaces>;
    /** Sitemaps: the numbers of files, the shows of one, and the organisers. */
    readonly listSitemapFiles: () => Promise<number[]>;
    readonly listPublicShows: (file: number) => Promise<PublicShow[]>;
    readonly listPublicOrganizers: () => Promise<string[]>;
  };
}

const describeAgainEveryMs = 60_000;
const describeAgainFirstAfterMs = 1_000;
/** Its words of availability lag by so much more. */
const comingUpKeptMs = 10_000;
const placesKeptMs = 60_000;
/** Longer, and words of availability would be further behind than buyers expect; changes of shows are seen at once. */
const answersKeptMs = 30_000;
/** Of a standby, which may lack a change that was seen already. */
const publicKeptMs = 5_000;

/**
 * Finding shows. `store` answers the searches, whichever engine it asks; `publicStore` and `reading` those of who is not signed in. The documents are written to PostgreSQL with the change
 * of the catalogue that they describe, whichever engine reads them: only so are they never ahead of it and never lost.
 */
export function createSearch({
  database,
  reading,
  store,
  publicStore,
  clock,
  cache,
  counts,
}: {
  readonly database: TenantDatabase;
  readonly reading: PublicReading;
  readonly store: SearchStore;
  /** For who is not signed in, and so has changed nothing that they would look for; null: the same. */
  readonly publicStore: SearchStore | null;
  readonly clock: Clock;
  readonly cache: Cache;
  /** Counts answers that were kept. */
  readonly counts: CacheCounts;
}): Search {
  const kind = { keptMs: answersKeptMs, forgottenAs: 'search', counts };
  const answers = {
    store,
    pages: cache.values<SearchPageAnswer>(kind),
    suggestions: cache.values<SuggestionsAnswer>(kind),
  };
  // Kept apart, and not for long: what comes from a standby may be older than what it was forgotten for.
  const publicKind = { ...kind, keptMs: publicKeptMs };
  const publicAnswers = publicStore
    ? {
        store: publicStore,
        pages: apart(cache.values<SearchPageAnswer>(publicKind)),
        suggestions: apart(cache.values<SuggestionsAnswer>(publicKind)),
      }
    : answers;
  const answersFor = ({ kind: who }: Pick<Caller, 'kind'>) => (who === 'public' ? publicAnswers : answers);
  const find = (asked: Parameters<typeof searchEvents>[1]) => searchEvents(answers, asked, clock.now());
  let isForgetting = false;
  const asEverybody = reading.as(everybody);
  const placesAsked = recently(clock, placesKeptMs, () => listPlaces(asEverybody, clock.now()));
  return {
    indexEvents,
    forgetAnswers() {
      // Many events change together: an import, a venue.
      if (isForgetting) return;
      isForgetting = true;
      queueMicrotask(() => {
        isForgetting = false;
        void answers.pages.forgetAll();
        void answers.suggestions.forgetAll();
        void publicAnswers.pages.forgetAll();
        void publicAnswers.suggestions.forgetAll();
      });
    },
    routes: [
      withoutLedgers(
        searchRoutes({
          find: (asked, caller) => searchEvents(answersFor(caller), asked, clock.now()),
          suggest: (asked, caller) => suggest(answersFor(caller), asked, clock.now()),
          listPlaces: placesAsked,
        }),
      ),
    ],
    jobs: [
      {
        name: 'describe shows again for the search',
        runs: 'once in the cluster',
        everyMs: describeAgainEveryMs,
        firstAfterMs: describeAgainFirstAfterMs,
        run: () => describeAgain(database.bypassingRls),
      },
    ],
    consumers: [],
    queries: {
      searchEvents: find,
      searchForPublic: (asked) => searchEvents(publicAnswers, asked, clock.now()),
      comingUp: recently(clock, comingUpKeptMs, () => find({})),
      listPlaces: placesAsked,
      listSitemapFiles: () => listSitemapFiles(asEverybody, clock.now()),
      listPublicShows: (file) => listPublicShows(asEverybody, file, clock.now()),
      listPublicOrganizers: () => listPublicOrganizers(asEverybody, clock.now()),
    },
  };
}

/** The same values under names of their own. */
function apart<Value>(values: CachedValues<Value>): CachedValues<Value> {
  return { ...values, read: (name, load) => values.read(`public_${name}`, load) };
}
