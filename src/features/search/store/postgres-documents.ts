import type { Queryable } from '../../../platform/postgres/database.ts';
import { deletionHashes } from '../domain/edit-distance.ts';
import { wordsOfText } from '../domain/fold-text.ts';
import { descriptionVersion, foldPhrase, type SearchDocument } from '../domain/search-document.ts';
import { signatureOf } from './word-signature.ts';

/** A document to be written, with what only the writer needs. */
export interface DocumentToWrite {
  readonly document: SearchDocument;
  readonly contentHash: bigint;
  readonly stock: number;
}

/** What is written of an event now, to see whether anything must be. */
export interface WrittenDocument {
  readonly contentHash: bigint;
  readonly stock: number;
}

export async function readWritten(tx: Queryable, eventIds: readonly number[]): Promise<Map<number, WrittenDocument>> {
  const rows = await tx.query<{ event_id: number; content_hash: string; stock: number }>(
    {
      name: 'search-read-written',
      text: `SELECT event_id, content_hash::text, stock FROM search_documents WHERE event_id = ANY ($1::int[])`,
    },
    [eventIds],
  );
  return new Map(rows.map((row) => [row.event_id, { contentHash: BigInt(row.content_hash), stock: row.stock }]));
}

export async function removeDocuments(tx: Queryable, eventIds: readonly number[]): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.query(
    { name: 'search-remove-documents', text: 'DELETE FROM search_documents WHERE event_id = ANY ($1::int[])' },
    [eventIds],
  );
}

/** Stock alone changed: no index is touched. */
export async function writeStocks(tx: Queryable, stocks: ReadonlyMap<number, number>): Promise<void> {
  if (stocks.size === 0) return;
  await tx.query(
    {
      name: 'search-write-stocks',
      text: `UPDATE search_documents d SET stock = v.stock FROM unnest($1::int[], $2::smallint[]) v (event_id, stock)
        WHERE d.event_id = v.event_id AND d.stock <> v.stock`,
    },
    [[...stocks.keys()], [...stocks.values()]],
  );
}

const columns = `event_id, organizer_id, starts_at, shown_until, on_sale_from, on_sale_until, price_rank, latitude,
  longitude, local_date, stock, runs_long, city, type, words_low, words_high, content_hash, keys, document`;

/**
 * `INSERT … SELECT` of documents handed over as arrays; {@link documentValues} makes them. Also what the bench loads with.
 * PostgreSQL moves wide columns out of a row only if the row exceeds 2 kB, whatever the table's target: the spaces behind
 * the document (compressed to nothing) make it so. Measured over a million events: 178 MB to look through, not 1.1 GB.
 */
export const insertDocumentsText = `INSERT INTO search_documents (${columns}, described_as)
  SELECT event_id, organizer_id, starts_at, shown_until, on_sale_from, on_sale_until, price_rank, latitude, longitude,
    local_date, stock, runs_long, city, type, words_low, words_high, content_hash, array_to_tsvector(string_to_array(keys, ' ')), (document || repeat(' ', 2100))::json,
    ${descriptionVersion}
  FROM unnest($1::int[], $2::int[], $3::timestamptz[], $4::timestamptz[], $5::timestamptz[], $6::timestamptz[],
    $7::bigint[], $8::real[], $9::real[], $10::date[], $11::smallint[], $12::boolean[], $13::text[], $14::text[],
    $15::bigint[], $16::bigint[], $17::bigint[], $18::text[], $19::text[]) AS v (${columns})`;

export function documentValues(writes: readonly DocumentToWrite[]): unknown[] {
  const of = <T>(value: (write: DocumentToWrite) => T) => writes.map(value);
  const never = '-infinity';
  const signatures = of(({ document }) => signatureOf([...document.nameWords, ...document.otherWords]));
  return [
    of(({ document }) => document.eventId),
    of(({ document }) => document.organizerId),
    of(({ document }) => new Date(document.startsAt).toISOString()),
    of(({ document }) => new Date(document.shownUntil).toISOString()),
    of(({ document: { onSale } }) => (typeof onSale?.from === 'number' ? new Date(onSale.from).toISOString() : never)),
    of(({ document: { onSale } }) => (onSale ? new Date(onSale.until).toISOString() : never)),
    of(({ document }) => document.priceRank),
    of(({ document }) => document.latitude),
    of(({ document }) => document.longitude),
    of(({ document }) => document.localDate),
    of(({ stock }) => stock),
    of(({ document }) => document.runsLong),
    of(({ document }) => document.city),
    of(({ document }) => document.type),
    signatures.map(({ low }) => String(low)),
    signatures.map(({ high }) => String(high)),
    of(({ contentHash }) => String(contentHash)),
    of(({ document }) => document.keys.join(' ')),
    of(({ document }) => JSON.stringify(document.shown)),
  ];
}

const changed = `${columns}, described_as`
  .split(/,\s*/)
  .filter((column) => column !== 'event_id')
  .map((column) => `${column} = excluded.${column}`)
  .join(', ');

/** Writes documents, new or changed. The caller holds the locks of their events. */
export async function writeDocuments(tx: Queryable, writes: readonly DocumentToWrite[]): Promise<void> {
  if (writes.length === 0) return;
  await tx.query(
    {
      name: 'search-write-documents',
      text: `${insertDocumentsText} ON CONFLICT (event_id) DO UPDATE SET ${changed}`,
    },
    documentValues(writes),
  );
}

/** Adds what the documents bring that the tables for understanding a search do not have yet. Never waits for anybody. */
export async function learnFrom(tx: Queryable, documents: readonly SearchDocument[]): Promise<void> {
  if (documents.length === 0) return;
  await learnWords(tx, documents);
  await learnNames(tx, documents);
  await tx.query(
    {
      name: 'search-learn-cities',
      text: `INSERT INTO search_cities (city) SELECT city FROM unnest($1::text[]) v (city)
        WHERE NOT EXISTS (SELECT FROM search_cities known WHERE known.city = v.city)`,
    },
    [[...new Set(documents.map((document) => document.city).filter((city) => city !== ''))]],
  );
  const places = new Map(
    documents
      .filter((document) => document.latitude !== null && document.longitude !== null)
      .map((document) => [`${document.latitude} ${document.longitude}`, document] as const),
  );
  await tx.query(
    {
      name: 'search-learn-places',
      text: `INSERT INTO search_places (latitude, longitude) SELECT DISTINCT latitude, longitude
        FROM unnest($1::real[], $2::real[]) v (latitude, longitude)
        WHERE NOT EXISTS (SELECT FROM search_places known
          WHERE known.latitude = v.latitude AND known.longitude = v.longitude)`,
    },
    [[...places.values()].map((place) => place.latitude), [...places.values()].map((place) => place.longitude)],
  );
}

const nameWordsMax = 120;

/** Names as {@link learnNamesText} takes them. Also what the bench loads with. */
export function nameValues(documents: readonly Pick<SearchDocument, 'names'>[]): unknown[] {
  const names = new Map<string, { kind: string; lexeme: string; begins: string; words: string }>();
  for (const { kind, lexeme, name } of documents.flatMap((document) => document.names)) {
    const begins = foldPhrase(name);
    const words = wordsOfText(name, nameWordsMax).join(' ');
    if (words !== '') names.set(`${lexeme} ${begins}`, { kind, lexeme, begins, words });
  }
  const rows = [...names.values()];
  return [
    rows.map(({ kind }) => kind),
    rows.map(({ lexeme }) => lexeme),
    rows.map(({ begins }) => begins),
    rows.map(({ words }) => words),
  ];
}

export const learnNamesText = `INSERT INTO search_names (kind, lexeme, begins, words)
  SELECT kind, lexeme, begins, array_to_tsvector(string_to_array(words, ' '))
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) v (kind, lexeme, begins, words)
  WHERE NOT EXISTS (SELECT FROM search_names known WHERE known.lexeme = v.lexeme AND known.begins = v.begins)`;

async function learnNames(tx: Queryable, documents: readonly SearchDocument[]): Promise<void> {
  await tx.query({ name: 'search-learn-names', text: learnNamesText }, nameValues(documents));
}

async function learnWords(tx: Queryable, documents: readonly SearchDocument[]): Promise<void> {
  const inNames = new Map<string, boolean>();
  for (const document of documents) {
    for (const word of document.otherWords) if (!inNames.has(word)) inNames.set(word, false);
    for (const word of document.nameWords) inNames.set(word, true);
  }
  const rows = await tx.query<{ word: string; in_names: boolean }>(
    {
      name: 'search-unknown-words',
      text: `SELECT word, in_names FROM unnest($1::text[], $2::boolean[]) v (word, in_names)
        WHERE NOT EXISTS (SELECT FROM search_words known WHERE known.word = v.word AND known.in_names >= v.in_names)`,
    },
    [[...inNames.keys()], [...inNames.values()]],
  );
  if (rows.length === 0) return;
  await tx.query(
    {
      name: 'search-learn-words',
      text: `INSERT INTO search_words (word, in_names, deletions)
        SELECT word, in_names, hashes::int[] FROM unnest($1::text[], $2::boolean[], $3::text[]) v (word, in_names, hashes)`,
    },
    [
      rows.map((row) => row.word),
      rows.map((row) => row.in_names),
      rows.map((row) => `{${deletionHashes(row.word).join()}}`),
    ],
  );
}

/**
 * Counts the words and names of new documents, if they are in the sample. Counts only order candidates, so a row that somebody
 * else is changing is left out: nobody waits, nobody deadlocks.
 */
export async function countWords(tx: Queryable, eventIds: readonly number[]): Promise<void> {
  if (eventIds.length === 0) return;
  await tx.query(
    {
      name: 'search-count-words',
      text: `WITH counted AS (
          SELECT lexeme AS word, count(*)::int AS documents
          FROM search_documents d, unnest(d.keys) WHERE d.event_id = ANY ($1::int[]) AND d.sampled GROUP BY lexeme),
        free AS (
          SELECT w.ctid, c.documents FROM search_words w JOIN counted c ON w.word = c.word COLLATE "C"
          FOR NO KEY UPDATE OF w SKIP LOCKED)
        UPDATE search_words w SET frequency = w.frequency + free.documents FROM free WHERE w.ctid = free.ctid`,
    },
    [eventIds],
  );
  await tx.query(
    {
      name: 'search-count-names',
      text: `WITH counted AS (
          SELECT lexeme, count(*)::int AS documents FROM search_documents d, unnest(d.keys)
          WHERE d.event_id = ANY ($1::int[]) AND d.sampled AND lexeme ~ '^[pvc]:' GROUP BY lexeme),
        free AS (
          SELECT n.ctid, c.documents FROM search_names n JOIN counted c ON n.lexeme = c.lexeme COLLATE "C"
          FOR NO KEY UPDATE OF n SKIP LOCKED)
        UPDATE search_names n SET frequency = n.frequency + free.documents FROM free WHERE n.ctid = free.ctid`,
    },
    [eventIds],
  );
}
