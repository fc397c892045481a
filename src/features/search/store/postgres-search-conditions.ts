import { boxAround, cellsCovering } from '../domain/geo.ts';
import { keyOf } from '../domain/search-document.ts';
import type { SearchQuestion } from '../domain/search-question.ts';
import { dayKeys, instantText, startBounds } from './postgres-search-periods.ts';
import { allOf, type SqlText } from './postgres-search-sql.ts';
import { signatureOf } from './word-signature.ts';

/** Cities that a location stands for. Few: found through the index of lexemes. Many: by looking at each row. */
export type CityChoice = readonly string[] | null;
const cityKeysMax = 24;

/** A question with its words and its location understood. */
export interface Filter {
  readonly question: SearchQuestion;
  readonly cities: CityChoice;
  /** Of each group one lexeme must be there; no groups without a term. Lexemes hold only letters, digits, marks and `:_.-`. */
  readonly keys: readonly (readonly string[])[];
  /** Matches of these keys are left out (they stand in a better tier). */
  readonly except?: Filter['keys'];
}

function anyOf(lexemes: readonly string[]): string {
  return `(${lexemes.map((lexeme) => `'${lexeme}'`).join(' | ')})`;
}

function everyGroup(groups: Filter['keys']): string {
  return groups.map(anyOf).join(' & ');
}

/** Groups of lexemes that the index can decide. They may let too much through for days and places, never too little. */
function indexedGroups({ question, keys, cities }: Filter): (readonly string[])[] {
  const groups = [...keys, ...question.having.map((lexeme) => [lexeme])];
  if (question.type !== null) groups.push([`t:${keyOf(question.type)}`]);
  if (cities !== null && cities.length <= cityKeysMax) groups.push(cities.map((city) => `c:${keyOf(city)}`));
  const cells = question.near && cellsCovering(question.near.position, question.near.radiusKm);
  if (cells) groups.push(cells);
  // Days alone are a range of starts, which has an index of its own.
  const days = groups.length === 0 ? null : dayKeys(question);
  if (days) groups.push(days);
  return groups;
}

/** A longer list of alternatives is looked up one by one. */
const alternativesAtOnceMax = 3;

/**
 * The condition on lexemes for the index. GIN weighs every alternative of a query for every row that has any of them: 50
 * alternatives with 10,000 rows took 80 ms. So a list that stands alone is taken apart: one query per alternative, whose
 * rows add up in one bitmap (5 ms). Beside other lexemes it stays whole: a common one would be read through for each.
 */
function indexedCondition(sql: SqlText, groups: readonly (readonly string[])[]): string {
  const [alternatives] = groups;
  if (groups.length > 1 || alternatives!.length <= alternativesAtOnceMax) {
    return `d.keys @@ ${sql.value(everyGroup(groups), 'tsquery')}`;
  }
  return `d.keys @@ ANY (${sql.value(
    alternatives!.map((lexeme) => anyOf([lexeme])),
    'tsquery[]',
  )})`;
}

/** The conditions on the narrow columns of a row `d`, cheap ones first. Exact for everything but type and words. */
function columnConditions(sql: SqlText, { question, cities }: Filter): string[] {
  const { when, near, onSale, now } = question;
  const conditions: string[] = [];
  const bounds = startBounds(question);
  if (bounds.from !== null) conditions.push(`d.starts_at >= ${sql.value(instantText(bounds.from), 'timestamptz')}`);
  if (bounds.to !== null) conditions.push(`d.starts_at <= ${sql.value(instantText(bounds.to), 'timestamptz')}`);
  if (when.notOverAt !== null) {
    conditions.push(`d.shown_until >= ${sql.value(instantText(when.notOverAt), 'timestamptz')}`);
  }
  if (when.dayFrom !== null) conditions.push(`d.local_date >= ${sql.value(when.dayFrom, 'date')}`);
  if (when.dayTo !== null) conditions.push(`d.local_date <= ${sql.value(when.dayTo, 'date')}`);
  if (cities !== null) conditions.push(`d.city = ANY (${sql.value(cities, 'text[]')})`);
  if (onSale !== null) {
    const at = sql.value(instantText(now), 'timestamptz');
    const sold = `d.on_sale_from <= ${at} AND d.on_sale_until > ${at} AND d.stock > 0`;
    conditions.push(onSale ? sold : `NOT (${sold})`);
  }
  if (near) {
    const box = boxAround(near.position, near.radiusKm);
    // A little wider than the circle: the columns are rounded to single precision.
    if (box) {
      conditions.push(
        `d.latitude BETWEEN ${sql.value(box.south - 1e-4, 'real')} AND ${sql.value(box.north + 1e-4, 'real')}`,
      );
      conditions.push(
        `d.longitude BETWEEN ${sql.value(box.west - 1e-4, 'real')} AND ${sql.value(box.east + 1e-4, 'real')}`,
      );
    } else conditions.push('d.latitude IS NOT NULL');
    conditions.push(`${distance(sql, question, 'd')} <= ${sql.value(near.radiusKm, 'float8')}`);
  }
  return conditions;
}

export function distance(sql: SqlText, { near }: SearchQuestion, alias: string): string {
  if (!near) return 'NULL::float8';
  const { latitude, longitude } = near.position;
  const to = `${sql.value(latitude, 'float8')}, ${sql.value(longitude, 'float8')}`;
  return `search_distance_km(${alias}.latitude, ${alias}.longitude, ${to})`;
}

/**
 * The rows that match, from the index of lexemes wherever the question has any. The fence (OFFSET 0) keeps the planner from
 * joining in a second index of far more rows.
 */
export function matches(sql: SqlText, filter: Filter, columns: string, restriction = 'true'): string {
  const groups = indexedGroups(filter);
  const conditions = allOf(columnConditions(sql, filter));
  if (groups.length === 0) {
    const source = filter.question.near
      ? `(SELECT * FROM search_documents d WHERE ${restriction} OFFSET 0)`
      : 'search_documents';
    return `SELECT ${columns} FROM ${source} d WHERE ${restriction} AND ${conditions}`;
  }
  return `SELECT ${columns} FROM (SELECT * FROM search_documents d
    WHERE ${restriction} AND ${indexedCondition(sql, groups)} OFFSET 0) d WHERE ${conditions}`;
}

/** Conditions when rows come along in an order: what is in the row first, lexemes (a look into TOAST) last. */
export function walkConditions(sql: SqlText, filter: Filter): string {
  const conditions = columnConditions(sql, filter);
  if (filter.question.type !== null) conditions.push(`d.type = ${sql.value(filter.question.type, 'text')}`);
  for (const lexeme of filter.question.having) conditions.push(`d.keys @@ ${sql.value(anyOf([lexeme]), 'tsquery')}`);
  for (const group of filter.keys) {
    const { low, high } = signatureOf(group.map((lexeme) => lexeme.replace(/^[nx]:/, '')));
    const [lowBits, highBits] = [low, high].map((half) => sql.value(String(half), 'bigint'));
    conditions.push(`((d.words_low & ${lowBits}) | (d.words_high & ${highBits})) <> 0`);
  }
  if (filter.keys.length > 0) {
    const except = filter.except ? ` & !(${everyGroup(filter.except)})` : '';
    conditions.push(`d.keys @@ ${sql.value(everyGroup(filter.keys) + except, 'tsquery')}`);
  }
  return allOf(conditions);
}
