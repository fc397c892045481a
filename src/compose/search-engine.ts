import {
  createPostgresSearchStore,
  openEngine,
  type SearchEngine,
  type SearchStore,
} from '../features/search/index.ts';
import type { Secret } from '../kernel/secret.ts';
import { type Clock, systemClock } from '../platform/clock/clock.ts';
import { type OpenSearch, openOpenSearch } from '../platform/opensearch/opensearch.ts';
import type { ConnectionSettings, Transacting } from '../platform/postgres/database.ts';
import type { PublicReading } from '../platform/postgres/read-replica.ts';
import { everybody } from '../platform/postgres/scope.ts';

/** The engine that is set. */
export interface SearchEngineWish {
  readonly url: Secret | undefined;
  readonly ca: string | undefined;
  readonly slotBytesMax: number;
}

/** What answers searches: the engine while it can, else, and without one, PostgreSQL. */
export function chooseSearchStore(engine: Pick<SearchEngine, 'over'> | null, reading: PublicReading): SearchStore {
  const postgres = createPostgresSearchStore({ database: reading.as(everybody) });
  return engine?.over(postgres) ?? postgres;
}

/** Takes up the search engine that is set, whether it is there or away for now; null: none is. Throws StartRefused if it is none, or refuses us. */
export async function openSearchEngine(
  { url, ca, slotBytesMax }: SearchEngineWish,
  parts: {
    readonly bypassingRls: Transacting;
    /** Past any pooler. */
    readonly connection: ConnectionSettings;
    readonly clock: Clock;
    readonly onNotice: (sentence: string) => void;
  },
): Promise<SearchEngine | null> {
  if (!url) return null;
  const { bypassingRls, connection, clock, onNotice } = parts;
  const engine = await connect({ url, ca }, { clock, onNotice });
  try {
    return await openEngine({ engine, bypassingRls, connection, clock, slotBytesMax, onNotice });
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** The engine that is set, for a command: without an index to feed or to look after. Null: none is. Throws StartRefused as above. */
export async function openEngineAlone({ url, ca }: SearchEngineWish): Promise<OpenSearch | null> {
  if (!url) return null;
  return connect({ url, ca }, { clock: systemClock, onNotice() {} });
}

function connect(
  { url, ca }: { readonly url: Secret; readonly ca: string | undefined },
  { clock, onNotice }: { readonly clock: Clock; readonly onNotice: (sentence: string) => void },
): Promise<OpenSearch> {
  return openOpenSearch({ urls: url.reveal().split(' '), setting: 'OPENSEARCH_URL', ca, clock, onNotice });
}
