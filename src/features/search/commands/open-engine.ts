import type { Clock } from '../../../platform/clock/clock.ts';
import type { OpenSearch } from '../../../platform/opensearch/opensearch.ts';
import type { ConnectionSettings, Transacting } from '../../../platform/postgres/database.ts';
import { aliasOf } from '../store/opensearch-feeding.ts';
import { createOpenSearchStore } from '../store/opensearch-search-store.ts';
import { readSource } from '../store/postgres-search-feed.ts';
import type { SearchStore } from '../store/search-store.ts';
import { type AnsweredBy, createSwitchedSearchStore } from '../store/switched-search-store.ts';
import { alarmShare } from './bound-slot.ts';
import { createEngineFeed } from './feed-engine.ts';
import { type FeedWatch, watchFeed } from './watch-feed.ts';

/** The search engine of a process, with what feeds it. */
export interface SearchEngine extends Omit<FeedWatch, 'mayAsk' | 'close'> {
  /** Whether it answers now: 1, or PostgreSQL does: 0. */
  readonly isUsed: boolean;
  readonly answered: AnsweredBy;
  /** Searches here while that can be done, else in `postgres`. */
  over(postgres: SearchStore): SearchStore;
  /** Asks it for a sign of life. Rejects where it gives none. */
  ping(): Promise<unknown>;
  /** Feeds it for a moment; of all processes one does. */
  feed(): Promise<void>;
  close(): Promise<void>;
}

/** Takes an engine up for a database: looks what index it has there, and goes on looking. `connection`: past any pooler. */
export async function openEngine(parts: {
  readonly engine: OpenSearch;
  readonly bypassingRls: Transacting;
  readonly connection: ConnectionSettings;
  readonly clock: Clock;
  /** The slot of the feed is given up at so much log. */
  readonly slotBytesMax: number;
  readonly onNotice: (sentence: string) => void;
}): Promise<SearchEngine> {
  const { engine, bypassingRls, clock, slotBytesMax } = parts;
  const store = createOpenSearchStore({ engine, name: aliasOf(await readSource(bypassingRls)) });
  const answered: AnsweredBy = { engine: 0, postgres: 0 };
  const watch = await watchFeed({ engine, bypassingRls, clock, alarmBytes: slotBytesMax * alarmShare });
  const feed = createEngineFeed(parts);
  return {
    answered,
    get isUsed() {
      return watch.mayAsk;
    },
    get lagSeconds() {
      return watch.lagSeconds;
    },
    get slotBytes() {
      return watch.slotBytes;
    },
    degraded: () => watch.degraded(),
    over: (postgres) =>
      createSwitchedSearchStore({ engine: store, postgres, mayAsk: () => watch.mayAsk, counts: answered }),
    ping: () => engine.ask({ method: 'GET', path: '/' }),
    feed: () => feed.turn(),
    async close() {
      watch.close();
      await feed.close();
      await engine.close();
    },
  };
}
