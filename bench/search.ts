// Finding shows among many: `node bench/search.ts [--events N] [--rounds N] [--only TEXT] [--folder DIR] [--url URL]`.
// With a folder the world is kept there and used again; with --url a server that runs already is used.
import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { searchEvents } from '../src/features/search/queries/search-events.ts';
import { suggest } from '../src/features/search/queries/suggest.ts';
import { createPostgresSearchStore } from '../src/features/search/store/postgres-search-store.ts';
import { noCache } from '../src/platform/cache/cache.ts';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import { type ConnectionSettings, openDatabase } from '../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';
import { migrate } from '../src/platform/postgres/migrate.ts';
import { everybody } from '../src/platform/postgres/scope.ts';
import { type SearchCase, searchCases } from './search-cases.ts';
import { createSearchWorld, type SearchWorld } from './search-data.ts';
import { loadSearchWorld } from './search-load.ts';

export interface SearchFigure {
  readonly name: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly goalMs: number;
  readonly stretchMs: number;
  /** How many searches found anything. */
  readonly answered: number;
  readonly searches: number;
}

export interface SearchMeasurement {
  readonly events: number;
  readonly roundsPerCase?: number;
  /** Only cases whose name holds this. */
  readonly only?: string;
  /** Keeps the filled server here; else it is made under /tmp and removed. */
  readonly folder?: string;
  /** A server that runs already and is used instead. */
  readonly connection?: ConnectionSettings;
  readonly say?: (line: string) => void;
}

/** Measures every kind of search over a made-up world, one search at a time, through the slice's query. */
export async function measureSearch(options: SearchMeasurement): Promise<SearchFigure[]> {
  const server = options.connection ? undefined : await startServer(options.folder);
  const database = openDatabase(options.connection ?? server!.connection, 4, { isPatient: true });
  try {
    await migrate(database.bypassingRls);
    const world = createSearchWorld();
    const [row] = await database.bypassingRls.query<{ count: number }>('SELECT count(*)::int FROM search_documents');
    if (row!.count !== options.events) {
      options.say?.(`filling with ${options.events} events`);
      await database.bypassingRls.query(
        'TRUNCATE search_documents, search_words, search_names, search_cities, search_places',
      );
      const begun = performance.now();
      await loadSearchWorld(database, world, options.events);
      options.say?.(`filled in ${Math.round((performance.now() - begun) / 1000)} s`);
    }
    // As buyers ask: under row-level security, by the role of requests.
    const store = createPostgresSearchStore({ database: database.as(everybody) });
    const cases = searchCases(world).filter(({ name }) => name.includes(options.only ?? ''));
    const figures: SearchFigure[] = [];
    for (const one of cases) {
      const figure = await measureCase(store, world, one, options.roundsPerCase ?? 100);
      options.say?.(figureLine(figure));
      figures.push(figure);
    }
    return figures;
  } finally {
    await database.close();
    await server?.stop();
  }
}

async function startServer(kept: string | undefined) {
  const temporary = kept === undefined ? await makeTemporaryDataFolder() : undefined;
  const folder = kept ?? temporary!.path;
  await mkdir(folder, { recursive: true });
  const server = await startEmbeddedServer(folder);
  return {
    connection: server.connection,
    async stop() {
      await server.stop();
      await temporary?.remove();
    },
  };
}

async function measureCase(
  store: ReturnType<typeof createPostgresSearchStore>,
  world: SearchWorld,
  { name, ask, asks, goalMs, stretchMs }: SearchCase,
  rounds: number,
): Promise<SearchFigure> {
  const times: number[] = [];
  let answered = 0;
  for (let turn = 0; turn < rounds; turn++) {
    const asked = ask(turn);
    const begun = performance.now();
    const count = await countFound(store, asked, asks, world.now);
    times.push(performance.now() - begun);
    if (count > 0) answered += 1;
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))]!;
  return { name, p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), goalMs, stretchMs, answered, searches: rounds };
}

/** What is measured is the search, not what was found before. */
const kept = noCache.values<never>({ keptMs: 0, counts: { hit: 0, missed: 0 } });

async function countFound(
  store: ReturnType<typeof createPostgresSearchStore>,
  asked: ReturnType<SearchCase['ask']>,
  asks: SearchCase['asks'],
  now: number,
): Promise<number> {
  if (asks === 'suggestions')
    return (await suggest({ store, suggestions: kept }, { term: asked.term! }, now)).items.length;
  const found = await searchEvents({ store, pages: kept }, asked, now);
  if (!found.accepted) throw new Error(JSON.stringify([asked, found.refusal]));
  return found.value.items.length;
}

function figureLine({ name, p50Ms, p95Ms, p99Ms, goalMs, answered, searches }: SearchFigure): string {
  const numbers = [p50Ms, p95Ms, p99Ms].map((ms) => ms.toFixed(1).padStart(7)).join('');
  return `${name.padEnd(42)}${numbers} ms  goal ${goalMs}  ${p95Ms <= goalMs ? 'met' : 'MISSED'}  found ${answered}/${searches}`;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      events: { type: 'string', default: '1000000' },
      rounds: { type: 'string', default: '100' },
      only: { type: 'string' },
      folder: { type: 'string' },
      url: { type: 'string' },
    },
  });
  const { events, rounds, only, folder, url } = values;
  await measureSearch({
    events: Number(events),
    roundsPerCase: Number(rounds),
    ...(only !== undefined && { only }),
    ...(folder !== undefined && { folder }),
    ...(url !== undefined && { connection: { url } }),
    say: (line) => console.log(line),
  });
}
