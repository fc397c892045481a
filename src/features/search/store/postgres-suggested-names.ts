import type { Queryable } from '../../../platform/postgres/database.ts';
import { cityKey, foldPhrase, performerKey, type SearchName, type ShownEvent } from '../domain/search-document.ts';
import type { FoundRow } from './postgres-find-page.ts';
import { instantText } from './postgres-search-periods.ts';
import { prepared, SqlText } from './postgres-search-sql.ts';
import type { WordSense } from './postgres-vocabulary.ts';
import type { FoundName, SuggestionQuestion } from './search-store.ts';

/** So many names of a kind are looked up in the documents. */
const candidatesMax = 4;
/** So many names with a word, or that begin with three letters, are looked at: of “the” there are more than anybody means. */
const rankedMax = 1_000;
const kinds = ['performer', 'venue', 'city'] as const satisfies readonly SearchName['kind'][];
/** By so many first letters, and fewer, names are kept in order of how known they are. */
const lettersMax = 3;
const bestKnown = 'frequency DESC, length(begins), begins';
/** The soonest show of a city is looked for from so long before now: what began earlier is over, but for the few that run long. */
const beganBeforeMs = 24 * 3_600_000;

/** What a word of a name may be: as it was typed, or in other spellings. */
export type NameSense = Pick<WordSense, 'word' | 'similar'>;

interface NameRow extends Pick<FoundRow, 'document'> {
  readonly kind: SearchName['kind'];
  readonly lexeme: string;
  readonly begins: string;
}

/**
 * Names with all words, and `cities` (folded), each looked up in a document of a show that is not over: the document says how it is
 * spelt now. Of each kind those first that begin with the phrase, the better known before others.
 */
export async function findNames(
  database: Queryable,
  { phrase, now }: Pick<SuggestionQuestion, 'phrase' | 'now'>,
  senses: readonly NameSense[],
  cities: readonly string[],
): Promise<FoundName[]> {
  const sql = new SqlText();
  const candidates = kinds.map(candidatesOf(sql, phrase, senses));
  if (cities.length > 0) {
    const keys = sql.value(cities.map(cityKey), 'text[]');
    candidates.push(
      `(SELECT kind, lexeme, begins FROM search_names WHERE lexeme = ANY (${keys}) LIMIT ${candidatesMax})`,
    );
  }
  const rows = await database.query<NameRow>(
    prepared(`SELECT c.*, d.document FROM (${candidates.join(' UNION ALL ')}) c
      CROSS JOIN LATERAL (${soonestOfCity(sql, now)} UNION ALL ${soonestOf(sql, now)} LIMIT 1) d`),
    sql.values,
  );
  const names = new Map<string, FoundName>();
  for (const row of rows) {
    const name = nameIn(row.document, row);
    if (name && foldPhrase(name.text) === row.begins && !names.has(row.lexeme)) names.set(row.lexeme, name);
  }
  return [...names.values()];
}

/** The statement of the candidates of a kind, best first. */
function candidatesOf(
  sql: SqlText,
  phrase: string,
  senses: readonly NameSense[],
): (kind: SearchName['kind']) => string {
  const letters = [...phrase].slice(0, lettersMax);
  const beginning = letters.length === 0 ? null : sql.value(letters.join(''), 'text');
  const beginningWith = (kind: string, most: number) => `SELECT kind, lexeme, begins FROM search_names
    WHERE kind = '${kind}' AND left(begins, ${letters.length}) = ${beginning} ORDER BY ${bestKnown} LIMIT ${most}`;
  // One or two letters begin too many words to look for them behind the first of a name.
  const isShort = senses.length === 1 && letters.length < lettersMax;
  if (beginning !== null && isShort) return (kind) => `(${beginningWith(kind, candidatesMax)})`;
  const begun = sql.value(phrase, 'text');
  const words = wordsCondition(sql, senses);
  const withWords = (kind: string) => `SELECT kind, lexeme, begins
    FROM (SELECT * FROM search_names WHERE kind = '${kind}' AND ${words} LIMIT ${rankedMax}) n
    ORDER BY starts_with(begins, ${begun}) DESC, ${bestKnown} LIMIT ${candidatesMax}`;
  if (letters.length < lettersMax) return (kind) => `(${withWords(kind)})`;
  // Enough of the best known begin with the phrase: then no others need be looked at.
  return (kind) => `(WITH b AS MATERIALIZED (
      SELECT * FROM (${beginningWith(kind, rankedMax)}) known WHERE starts_with(begins, ${begun}) LIMIT ${candidatesMax}),
    n AS MATERIALIZED (SELECT count(*) >= ${candidatesMax} AS enough FROM b)
    SELECT * FROM b WHERE (SELECT enough FROM n)
    UNION ALL SELECT * FROM (${withWords(kind)}) w WHERE NOT (SELECT enough FROM n))`;
}

function wordsCondition(sql: SqlText, senses: readonly NameSense[]): string {
  const groups = senses.map(({ word, similar }, i) => {
    const begun = i === senses.length - 1 ? `'${word}':*` : `'${word}'`;
    return `(${[begun, ...similar.map((other) => `'${other}'`)].join(' | ')})`;
  });
  return `words @@ ${sql.value(groups.join(' & '), 'tsquery')}`;
}

/** A document of candidate `c` that is a city with very many shows: found in the sample without reading all of them. */
function soonestOfCity(sql: SqlText, now: number): string {
  return `(SELECT document FROM search_documents d
    WHERE c.kind = 'city' AND d.sampled AND d.city = c.begins COLLATE "default"
      AND d.starts_at >= ${sql.value(instantText(now - beganBeforeMs), 'timestamptz')}
      AND d.shown_until >= ${sql.value(instantText(now), 'timestamptz')}
    ORDER BY d.starts_at LIMIT 1)`;
}

/** A document of any candidate `c`, from the sample if one is there: whoever is rarer has few documents to look through. */
function soonestOf(sql: SqlText, now: number): string {
  const at = sql.value(instantText(now), 'timestamptz');
  const among = (restriction: string) => `(SELECT document FROM (SELECT * FROM search_documents
    WHERE ${restriction} AND keys @@ quote_literal(c.lexeme)::tsquery OFFSET 0) d
    WHERE d.shown_until >= ${at} ORDER BY d.starts_at LIMIT 1)`;
  return `${among(`c.kind <> 'city' AND sampled`)} UNION ALL ${among('true')}`;
}

/** The name that a candidate stands for, as the document spells it. */
function nameIn(document: ShownEvent, { kind, lexeme }: NameRow): FoundName | undefined {
  const { city, venue, venueId, performers } = document;
  if (kind === 'city') return city === null ? undefined : { kind, id: null, text: city, city: null };
  if (kind === 'venue') return { kind, id: venueId, text: venue, city };
  const performer = performers.find(({ performerId }) => performerKey(performerId) === lexeme);
  return performer && { kind, id: performer.performerId, text: performer.name, city: null };
}
