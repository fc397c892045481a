import type { Queryable } from '../../../platform/postgres/database.ts';
import { deletionHashes, editDistance } from '../domain/edit-distance.ts';
import { canBeMeant, errorsForgiven, similarWords } from '../domain/similar-words.ts';
import { prepared, SqlText } from './postgres-search-sql.ts';

/** What one word of a term can stand for. The word itself always counts, whether a document has it or not. */
export interface WordSense {
  readonly word: string;
  /** Longer words that begin with it; only for the last word of a term, which may still be being typed. */
  readonly longer: readonly string[];
  /** Words of titles and names with it inside. */
  readonly containing: readonly string[];
  /** Words that differ by a typing error or two; filled in only when asked for. */
  readonly similar: readonly string[];
  /** Whether any document had the word, or one of the above. */
  readonly known: boolean;
}

const longerMax = 32;
/** Of one or two letters: what begins with them is nearly everything, so only the most common. */
const longerThanLettersMax = 10;
const containingMax = 16;
/**
 * A word that so many sampled documents have (a thousand of a million) stands only for itself: parts and beginnings would
 * add little to what it finds, and cost most where most is found.
 */
const frequencyAlone = 32;
/** A part shorter than this is inside almost anything, and trigrams cannot look for it. */
const partLengthMin = 3;
/** Sorts behind every word that begins with the same letters (`C` order is the order of code points). */
const behindAll = '\u{10ffff}';

interface WordRow {
  readonly position: number;
  readonly kind: 'exact' | 'longer' | 'containing';
  readonly word: string;
}

/** Looks up what the words of a term can stand for: one statement for all of them. */
export async function understandWords(
  database: Queryable,
  words: readonly string[],
  /** Only words of titles and names, and not as parts of others: cheaper. */
  namesOnly = false,
): Promise<WordSense[]> {
  if (words.length === 0) return [];
  const sql = new SqlText();
  const containingLimit = Math.max(4, Math.ceil(containingMax / words.length));
  const lookups = words.flatMap((word, i) => {
    const parts = [exact(sql, word, i, namesOnly)];
    if (i === words.length - 1) parts.push(longer(sql, word, i, namesOnly));
    if (!namesOnly && [...word].length >= partLengthMin) parts.push(containing(sql, word, i, containingLimit));
    return parts;
  });
  const text = lookups.join('\nUNION ALL\n');
  const rows = await database.query<WordRow>(namesOnly ? prepared(text) : { text }, sql.values);
  return words.map((word, position) => {
    const mine = rows.filter((row) => row.position === position);
    const of = (kind: WordRow['kind']) => [
      ...new Set(mine.filter((row) => row.kind === kind && row.word !== word).map((row) => row.word)),
    ];
    return { word, longer: of('longer'), containing: of('containing'), similar: [], known: mine.length > 0 };
  });
}

function exact(sql: SqlText, word: string, position: number, namesOnly: boolean): string {
  return `(SELECT ${position} AS position, 'exact' AS kind, word FROM search_words
    WHERE word = ${sql.value(word, 'text')}${inNames(namesOnly)} LIMIT 1)`;
}

const inNames = (namesOnly: boolean) => (namesOnly ? ' AND in_names' : '');

function longer(sql: SqlText, word: string, position: number, namesOnly: boolean): string {
  const letters = [...word].length;
  const from = sql.value(word, 'text');
  const order = 'ORDER BY frequency DESC, length(word), word';
  // One or two letters begin too many words to sort them: those are kept in order of frequency.
  const begins =
    letters === 1
      ? `left(word, 1) = ${from}${inNames(namesOnly)} ORDER BY frequency DESC`
      : letters === 2
        ? `left(word, 2) = ${from} AND ${unlessFrequent(from)}${inNames(namesOnly)} ${order}`
        : `word >= ${from} AND word < ${sql.value(word + behindAll, 'text')} AND ${unlessFrequent(from)}${inNames(namesOnly)} ${order}`;
  return `(SELECT ${position}, 'longer', word FROM search_words
    WHERE ${begins} LIMIT ${letters <= 2 ? longerThanLettersMax : longerMax})`;
}

function containing(sql: SqlText, word: string, position: number, limit: number): string {
  // Words hold no %, _ or backslash: those are no letters.
  return `(SELECT ${position}, 'containing', word FROM search_words
    WHERE in_names AND word LIKE ${sql.value(`%${word}%`, 'text')} AND ${unlessFrequent(sql.value(word, 'text'))}
    ORDER BY frequency DESC, length(word), word LIMIT ${limit})`;
}

/** Evaluated once, before the rows. */
function unlessFrequent(word: string): string {
  return `coalesce((SELECT max(frequency) FROM search_words WHERE word = ${word}), 0) < ${frequencyAlone}`;
}

interface NearRow {
  readonly position: number;
  readonly word: string;
  readonly frequency: number;
}

/**
 * Adds to each sense (of those at `positions`) the words that differ by as many typing errors as its length forgives,
 * nearest first. One error is found by equality of deletions; two, only when one found nothing, by trigrams.
 */
export async function addSimilarWords(
  database: Queryable,
  senses: readonly WordSense[],
  positions: readonly number[],
): Promise<WordSense[]> {
  const wanted = positions.filter((i) => errorsForgiven(senses[i]!.word) > 0);
  const near = await findNear(database, senses, wanted, byDeletions);
  const far = wanted.filter((i) => errorsForgiven(senses[i]!.word) > 1 && near.get(i)!.length === 0);
  const further = await findNear(database, senses, far, byTrigrams);
  return senses.map((sense, i) => {
    const similar = near.get(i)?.length ? near.get(i)! : (further.get(i) ?? []);
    return similar.length === 0 ? sense : { ...sense, similar, known: true };
  });
}

async function findNear(
  database: Queryable,
  senses: readonly WordSense[],
  positions: readonly number[],
  lookup: (sql: SqlText, word: string) => string,
): Promise<Map<number, string[]>> {
  const found = new Map<number, string[]>(positions.map((i) => [i, []]));
  if (positions.length === 0) return found;
  const sql = new SqlText();
  const parts = positions.map((i) => `(SELECT ${i} AS position, word, frequency ${lookup(sql, senses[i]!.word)})`);
  const rows = await database.query<NearRow>({ text: parts.join('\nUNION ALL\n') }, sql.values);
  for (const i of positions) {
    found.set(
      i,
      similarWords(
        senses[i]!.word,
        rows.filter((row) => row.position === i),
      ),
    );
  }
  return found;
}

function byDeletions(sql: SqlText, word: string): string {
  // One lookup per hash: for all at once the planner expects a twentieth of the vocabulary and reads all of it.
  return `FROM unnest(${sql.value(deletionHashes(word), 'int[]')}) hash CROSS JOIN LATERAL (
    SELECT word, frequency FROM search_words WHERE deletions @> ARRAY[hash] LIMIT 50) near`;
}

function byTrigrams(sql: SqlText, word: string): string {
  const value = sql.value(word, 'text');
  return `FROM search_words WHERE word % ${value} ORDER BY similarity(word, ${value}) DESC LIMIT 40`;
}

/** The word that looks most like a word nobody knows, however far; undefined if none looks like it at all. */
export async function findLookAlike(database: Queryable, word: string): Promise<string | undefined> {
  const rows = await database.query<{ word: string }>(
    {
      text: `SELECT word FROM search_words WHERE word % $1::text
        ORDER BY similarity(word, $1::text) DESC, frequency DESC, word LIMIT 1`,
    },
    [word],
  );
  return rows[0]?.word;
}

const similarCitiesMax = 3;

/** Cities that differ from what was typed by as many errors as its length forgives, nearest first. */
export async function findSimilarCities(database: Queryable, typed: string): Promise<string[]> {
  const errorsMax = errorsForgiven(typed);
  if (errorsMax === 0) return [];
  // The length is compared first: to compare the trigrams of every city takes longer than all else.
  const rows = await database.query<{ city: string }>(
    {
      text: `SELECT DISTINCT city, similarity(city, $1::text) AS likeness FROM search_cities
        WHERE abs(length(city) - length($1::text)) <= $2::int AND city % $1::text
        ORDER BY likeness DESC LIMIT 20`,
    },
    [typed, errorsMax],
  );
  const near = rows
    .map(({ city }) => ({ city, errors: editDistance(typed, city, errorsMax) }))
    .filter(({ city, errors }) => errors <= errorsMax && canBeMeant(typed, city));
  return near
    .sort((a, b) => a.errors - b.errors)
    .slice(0, similarCitiesMax)
    .map(({ city }) => city);
}

/** All cities that a location stands for: the name itself, its beginning, or the beginning of a word in it. */
export async function understandLocation(database: Queryable, location: string): Promise<string[]> {
  const rows = await database.query<{ city: string }>(
    {
      text: `SELECT DISTINCT city FROM search_cities
        WHERE (city >= $1::text AND city < $2::text) OR city LIKE $3::text`,
    },
    [location, location + behindAll, `% ${location}%`],
  );
  return rows.map((row) => row.city);
}
