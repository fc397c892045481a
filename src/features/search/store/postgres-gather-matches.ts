import { distance, type Filter, matches } from './postgres-search-conditions.ts';
import { instantText, startBounds } from './postgres-search-periods.ts';
import {
  allOf,
  behind,
  narrowColumns,
  orderBy,
  type PlannedStatement,
  SqlText,
  shownColumns,
  where,
} from './postgres-search-sql.ts';

/**
 * Counts among the sampled documents, at most `countMax` each: what matches each filter (`n0`, `n1`, …), and `along`, all
 * there are to walk along in the question's period. One row.
 */
export function countSampled(filters: readonly Filter[], countMax: number): PlannedStatement {
  const sql = new SqlText();
  const counts = filters.map(
    (filter, i) =>
      `(SELECT count(*) FROM (${matches(sql, filter, '', 'd.sampled')} LIMIT ${countMax}) s)::int AS n${i}`,
  );
  return {
    statement: { text: `SELECT ${counts.join(', ')}, ${along(sql, filters[0]!)} AS along` },
    values: sql.values,
  };
}

const alongMax = 4_000;

function along(sql: SqlText, { question }: Filter): string {
  const bounds = startBounds(question);
  if (bounds.from === null && bounds.to === null) {
    return `(SELECT greatest(reltuples / 32, 0)::int FROM pg_class WHERE oid = 'search_documents'::regclass)`;
  }
  const conditions = ['d.sampled'];
  if (bounds.from !== null) conditions.push(`d.starts_at >= ${sql.value(instantText(bounds.from), 'timestamptz')}`);
  if (bounds.to !== null) conditions.push(`d.starts_at <= ${sql.value(instantText(bounds.to), 'timestamptz')}`);
  return `(SELECT count(*) FROM (SELECT FROM search_documents d WHERE ${allOf(conditions)} LIMIT ${alongMax}) s)::int`;
}

/** Whether days and times are all that is asked: then matches are counted in the index of starts alone. */
export function asksOnlyWhen({ question, keys, cities }: Filter): boolean {
  const { type, near, onSale, when, having } = question;
  return (
    keys.length === 0 &&
    having.length === 0 &&
    !cities &&
    type === null &&
    !near &&
    onSale === null &&
    when.notOverAt === null
  );
}

/** Counts what matches, up to one more than `countMax`. One row, column `total`. */
export function countMatches(filter: Filter, countMax: number): PlannedStatement {
  const sql = new SqlText();
  const text = `SELECT count(*)::int AS total FROM (${matches(sql, filter, '')} LIMIT ${countMax + 1}) m`;
  return { statement: { text }, values: sql.values };
}

/**
 * Match first, then sort: all matches are gathered through whatever index fits (never along the order asked for, which
 * takes 119 ms per million rows for a rare word), counted and sorted. One row per event of the page and its `total`; a
 * page without events is one row with a null `event_id`. Restricted, only the sampled documents are looked at. For relevance, `tiers` are the words' queries of tier 0 and 1.
 */
export function matchThenSort(filter: Filter, tiers: readonly Filter[], restriction?: 'd.sampled'): PlannedStatement {
  const sql = new SqlText();
  const { question } = filter;
  const { sort, limit } = question;
  const tierSets =
    sort !== 'relevance'
      ? []
      : tiers.map((tier, i) => {
          return `t${i} AS MATERIALIZED (${matches(sql, tier, 'd.event_id')})`;
        });
  const tier =
    tierSets.length === 0
      ? '2'
      : `CASE ${tierSets.map((_, i) => `WHEN a.event_id IN (SELECT event_id FROM t${i}) THEN ${i}`).join(' ')} ELSE 2 END`;
  const sets = [
    ...tierSets,
    ...(filter.except
      ? [`better AS MATERIALIZED (${matches(sql, { ...filter, keys: filter.except }, 'd.event_id')})`]
      : []),
    `a AS MATERIALIZED (SELECT * FROM (${matches(sql, filter, `${narrowColumns}, ${distance(sql, question, 'd')} AS km`, restriction)}) a
      ${filter.except ? 'WHERE event_id NOT IN (SELECT event_id FROM better)' : ''})`,
    `m AS (SELECT a.*, ${tier} AS tier FROM a)`,
  ];
  const text = `WITH ${sets.join(', ')},
    page AS (SELECT * FROM m ${where(behind(sql, question, 'm'))} ORDER BY ${orderBy(sort, 'm')} LIMIT ${limit + 1})
    SELECT c.total, page.*, ${shownColumns}
    FROM (SELECT count(*)::int AS total FROM a) c
    LEFT JOIN (page JOIN search_documents d USING (event_id)) ON true
    ORDER BY ${orderBy(sort, 'page')}`;
  return { statement: { text }, values: sql.values };
}

/**
 * The first by date of some matches, in one statement: of the sampled if `enough` of them match, of all if fewer do, of none if more than
 * `most` of the sampled match. One row per event, with how many of the sampled
 * match (`sampled`, at most one more than `most`); without events one row with a null `event_id`.
 */
export function sampleOrGather(filter: Filter, enough: number, most: number): PlannedStatement {
  const sql = new SqlText();
  const { question } = filter;
  const columns = 'd.event_id, d.starts_at';
  const text = `WITH s AS MATERIALIZED (${matches(sql, filter, columns, 'd.sampled')} LIMIT ${most + 1}),
    c AS MATERIALIZED (SELECT count(*)::int AS sampled FROM s),
    a AS (SELECT * FROM s WHERE (SELECT sampled BETWEEN ${enough} AND ${most} FROM c)
      UNION ALL SELECT * FROM (${matches(sql, filter, columns)}) f WHERE (SELECT sampled < ${enough} FROM c)),
    page AS (SELECT * FROM a ORDER BY ${orderBy('date', 'a')} LIMIT ${question.limit + 1})
    SELECT c.sampled, page.*, NULL::float8 AS km, ${shownColumns}
    FROM c LEFT JOIN (page JOIN search_documents d USING (event_id)) ON true ORDER BY ${orderBy('date', 'page')}`;
  return { statement: { text }, values: sql.values };
}
