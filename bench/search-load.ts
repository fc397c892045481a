import { deletionHashes } from '../src/features/search/domain/edit-distance.ts';
import { describeEvent, type SearchDocument } from '../src/features/search/domain/search-document.ts';
import {
  documentValues,
  insertDocumentsText,
  learnNamesText,
  nameValues,
} from '../src/features/search/store/postgres-documents.ts';
import type { Database } from '../src/platform/postgres/database.ts';
import { createRandom, type SearchWorld } from './search-data.ts';

const rowsAtOnce = 2_000;

/**
 * Fills the search tables with `count` events of the world and nothing else (the foreign key to events is dropped).
 * Indexes are dropped and made again: a million documents take about two minutes.
 */
export async function loadSearchWorld(database: Database, world: SearchWorld, count: number): Promise<void> {
  const indexes = await database.bypassingRls.query<{ indexname: string; indexdef: string }>(
    `SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'search_%' AND indexname NOT LIKE '%_pkey'`,
  );
  await database.bypassingRls.query(
    'ALTER TABLE search_documents DROP CONSTRAINT IF EXISTS search_documents_event_id_fkey',
  );
  for (const { indexname } of indexes) await database.bypassingRls.query(`DROP INDEX ${indexname}`);
  const { words, names } = await loadDocuments(database, world, count);
  await loadWords(database, words);
  await loadNames(database, names);
  await database.bypassingRls.query('INSERT INTO search_cities (city) SELECT DISTINCT city FROM search_documents');
  await database.bypassingRls.query(
    'INSERT INTO search_places (latitude, longitude) SELECT DISTINCT latitude, longitude FROM search_documents',
  );
  const byWeight = indexes.toSorted((a, b) => Number(b.indexdef.includes('gin')) - Number(a.indexdef.includes('gin')));
  const build = async () => {
    for (let index = byWeight.shift(); index; index = byWeight.shift())
      await database.bypassingRls.query(index.indexdef);
  };
  await Promise.all([build(), build()]);
  for (const table of ['search_documents', 'search_words', 'search_names', 'search_cities', 'search_places']) {
    await database.bypassingRls.query(`VACUUM ANALYZE ${table}`);
  }
}

interface Learnt {
  readonly words: WordCounts;
  readonly names: NameCounts;
}

/** By lexeme: a document that has the name, and how many of the sampled ones do. */
type NameCounts = Map<string, { name: SearchDocument['names'][number]; frequency: number }>;
type WordCounts = Map<string, { inNames: boolean; frequency: number }>;

async function loadDocuments(database: Database, world: SearchWorld, count: number): Promise<Learnt> {
  const words: WordCounts = new Map();
  const names: NameCounts = new Map();
  const random = createRandom(7);
  const running = new Set<Promise<unknown>>();
  for (let first = 1; first <= count; first += rowsAtOnce) {
    const writes = [];
    for (let eventId = first; eventId < Math.min(first + rowsAtOnce, count + 1); eventId++) {
      const document = describeEvent(world.event(eventId));
      const sampled = Math.floor((eventId * 2_654_435_761) / 65_536) % 32 === 0;
      learn(words, document.nameWords, true, sampled);
      learn(words, document.otherWords, false, sampled);
      for (const name of document.names) {
        const known = names.get(name.lexeme) ?? { name, frequency: 0 };
        names.set(name.lexeme, { name, frequency: known.frequency + (sampled ? 1 : 0) });
      }
      const chance = random();
      writes.push({ document, contentHash: BigInt(eventId), stock: chance < 0.15 ? 0 : chance < 0.25 ? 1 : 2 });
    }
    const run: Promise<unknown> = database.bypassingRls
      .query({ name: 'bench-load', text: insertDocumentsText }, documentValues(writes))
      .finally(() => running.delete(run));
    running.add(run);
    if (running.size >= 2) await Promise.race(running);
  }
  await Promise.all(running);
  return { words, names };
}

function learn(words: WordCounts, found: readonly string[], inNames: boolean, sampled: boolean): void {
  for (const word of found) {
    const known = words.get(word);
    if (!known) words.set(word, { inNames, frequency: sampled ? 1 : 0 });
    else {
      known.inNames ||= inNames;
      if (sampled) known.frequency += 1;
    }
  }
}

async function loadWords(database: Database, words: WordCounts): Promise<void> {
  const all = [...words];
  for (let i = 0; i < all.length; i += 5_000) {
    const some = all.slice(i, i + 5_000);
    await database.bypassingRls.query(
      `INSERT INTO search_words (word, in_names, frequency, deletions)
       SELECT word, in_names, frequency, hashes::int[]
       FROM unnest($1::text[], $2::boolean[], $3::int[], $4::text[]) v (word, in_names, frequency, hashes)`,
      [
        some.map(([word]) => word),
        some.map(([, { inNames }]) => inNames),
        some.map(([, { frequency }]) => frequency),
        some.map(([word]) => `{${deletionHashes(word).join()}}`),
      ],
    );
  }
}

async function loadNames(database: Database, names: NameCounts): Promise<void> {
  const all = [...names.values()];
  for (let i = 0; i < all.length; i += 5_000) {
    const some = all.slice(i, i + 5_000);
    await database.bypassingRls.query(learnNamesText, nameValues([{ names: some.map(({ name }) => name) }]));
    await database.bypassingRls.query(
      `UPDATE search_names n SET frequency = v.frequency FROM unnest($1::text[], $2::int[]) v (lexeme, frequency)
       WHERE n.lexeme = v.lexeme COLLATE "C"`,
      [some.map(({ name }) => name.lexeme), some.map(({ frequency }) => frequency)],
    );
  }
}
