import type { Statement } from '../../../platform/postgres/database.ts';
import { boxAround, cellsCovering } from '../domain/geo.ts';
import { keyOf } from '../domain/search-document.ts';
import type { SearchQuestion, SearchSort } from '../domain/search-question.ts';
import { signatureOf } from './word-signature.ts';

/** SQL text being written, and its parameters. Everything a searcher typed goes in as a parameter. */
export class SqlText {
  readonly values: unknown[] = [];
  /** Adds a parameter and answers its name with a cast: `$3::int`. */
  value(value: unknown, type: string): string {
    this.values.push(value);
    return `$${this.values.length}::${type}`;
  }
}

export interface PlannedStatement {
  readonly statement: Statement;
  readonly values: unknown[];
}

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
  const groups = [...keys];
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
 * alternatives with 10,000 rows took 80 ms. So the longest list is taken apart: one query per alternative, each with the
 * other groups, whose rows add up in one bitmap (5 ms).
 */
function indexedCondition(sql: SqlText, groups: readonly (readonly string[])[]): string {
  const longest = groups.reduce((a, b) => (b.length > a.length ? b : a));
  if (longest.length <= alternativesAtOnceMax) return `d.keys @@ ${sql.value(everyGroup(groups), 'tsquery')}`;
  const others = groups.filter((group) => group !== longest);
  const queries = longest.map((lexeme) => everyGroup([[lexeme], ...others]));
  return `d.keys @@ ANY (${sql.value(queries, 'tsquery[]')})`;
}

const dayMs = 86_400_000;

/** Day or month lexemes that cover the period; null if it is open or too long for them. */
function dayKeys({ when }: SearchQuestion): string[] | null {
  const first = when.dayFrom ?? (when.startsFrom === null ? null : dayOf(when.startsFrom - 12 * 3_600_000));
  const last = when.dayTo ?? (when.startsTo === null ? null : dayOf(when.startsTo + 14 * 3_600_000));
  if (first === null || last === null || first > last) return null;
  const from = Date.parse(first);
  const until = Date.parse(last);
  const days = Math.round((until - from) / dayMs) + 1;
  if (days <= 12) return Array.from({ length: days }, (_, i) => `d:${dayOf(from + i * dayMs)}`);
  const months: string[] = [];
  for (let month = first.slice(0, 7); month <= last.slice(0, 7); month = nextMonth(month)) {
    if (months.push(`m:${month}`) > 15) return null;
  }
  return months;
}

function dayOf(instant: number): string {
  return new Date(instant).toISOString().slice(0, 10);
}

function nextMonth(month: string): string {
  const [year, number] = month.split('-').map(Number) as [number, number];
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
}

/** The start instants between which all events of the period lie: local days reach from UTC-12 to UTC+14. */
export function startBounds({ when }: SearchQuestion): { from: number | null; to: number | null } {
  const from = [when.startsFrom, when.dayFrom && Date.parse(when.dayFrom) - 14 * 3_600_000];
  const to = [when.startsTo, when.dayTo && Date.parse(when.dayTo) + dayMs + 12 * 3_600_000];
  return { from: pick(from, Math.max), to: pick(to, Math.min) };
}

function pick(values: (number | null | '')[], choose: (...values: number[]) => number): number | null {
  const given = values.filter((value): value is number => typeof value === 'number');
  return given.length === 0 ? null : choose(...given);
}

export function instantText(instant: number): string {
  return new Date(instant).toISOString();
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

function distance(sql: SqlText, { near }: SearchQuestion, alias: string): string {
  if (!near) return 'NULL::float8';
  const { latitude, longitude } = near.position;
  const to = `${sql.value(latitude, 'float8')}, ${sql.value(longitude, 'float8')}`;
  return `search_distance_km(${alias}.latitude, ${alias}.longitude, ${to})`;
}

function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}

/**
 * The rows that match, from the index of lexemes wherever the question has any. The fence (OFFSET 0) keeps the planner from
 * joining in a second index of far more rows.
 */
function matches(sql: SqlText, filter: Filter, columns: string, given = 'true'): string {
  const groups = indexedGroups(filter);
  const conditions = allOf(columnConditions(sql, filter));
  if (groups.length === 0) {
    const source = filter.question.near
      ? `(SELECT * FROM search_documents d WHERE ${given} OFFSET 0)`
      : 'search_documents';
    return `SELECT ${columns} FROM ${source} d WHERE ${given} AND ${conditions}`;
  }
  return `SELECT ${columns} FROM (SELECT * FROM search_documents d
    WHERE ${given} AND ${indexedCondition(sql, groups)} OFFSET 0) d WHERE ${conditions}`;
}

/** Conditions when rows come along in an order: what is in the row first, lexemes (a look into TOAST) last. */
function walkConditions(sql: SqlText, filter: Filter): string {
  const conditions = columnConditions(sql, filter);
  if (filter.question.type !== null) conditions.push(`d.type = ${sql.value(filter.question.type, 'text')}`);
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
  const { type, near, onSale, when } = question;
  return keys.length === 0 && !cities && type === null && !near && onSale === null && when.notOverAt === null;
}

/** Counts a question that {@link asksOnlyWhen}, up to one more than `countMax`. One row, column `total`. */
export function countPeriod(filter: Filter, countMax: number): PlannedStatement {
  const sql = new SqlText();
  const text = `SELECT count(*)::int AS total FROM (
    SELECT FROM search_documents d WHERE ${allOf(columnConditions(sql, filter))} LIMIT ${countMax + 1}) m`;
  return { statement: { text }, values: sql.values };
}

interface Order {
  /** Sort columns of a matched row `m`, and of a document `d`. */
  readonly columns: readonly string[];
  readonly types: readonly string[];
}

const orders: Record<SearchSort, Order> = {
  date: { columns: ['starts_at', 'event_id'], types: ['timestamptz', 'int'] },
  relevance: { columns: ['tier', 'starts_at', 'event_id'], types: ['int', 'timestamptz', 'int'] },
  price: { columns: ['price_rank', 'starts_at', 'event_id'], types: ['bigint', 'timestamptz', 'int'] },
  distance: {
    columns: ['km', 'latitude', 'longitude', 'starts_at', 'event_id'],
    types: ['float8', 'real', 'real', 'timestamptz', 'int'],
  },
};

/** `(a, b) > ($1, $2)`: rows behind the place where the page before ended; undefined on the first page. */
function behind(sql: SqlText, { after, sort }: SearchQuestion, alias: string): string | undefined {
  if (!after) return undefined;
  const { columns, types } = orders[sort];
  const values = [...after.by, instantText(after.startsAt), after.eventId];
  const row = columns.map((column) => `${alias}.${column}`).join(', ');
  return `(${row}) > (${values.map((value, i) => sql.value(value, types[i]!)).join(', ')})`;
}

function orderBy(sort: SearchSort, alias: string): string {
  return orders[sort].columns.map((column) => `${alias}.${column}`).join(', ');
}

const shownColumns = 'd.on_sale_from, d.on_sale_until, d.stock, d.document';
const narrowColumns = 'd.event_id, d.starts_at, d.price_rank, d.latitude, d.longitude';

/**
 * Match first, then sort: all matches are gathered through whatever index fits (never along the order asked for, which
 * takes 119 ms per million rows for a rare word), counted and sorted. One row per event of the page and its `total`; a
 * page without events is one row with a null `event_id`. For relevance, `tiers` are the words' queries of tier 0 and 1.
 */
export function matchThenSort(filter: Filter, tiers: readonly Filter[]): PlannedStatement {
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
    `a AS MATERIALIZED (SELECT * FROM (${matches(sql, filter, `${narrowColumns}, ${distance(sql, question, 'd')} AS km`)}) a
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

function where(condition: string | undefined): string {
  return condition === undefined ? '' : `WHERE ${condition}`;
}

/**
 * Along the order: for what matches often, the first rows of the order hold a page soon. Looks at most at `rowsMax` rows;
 * the caller must treat fewer events than a page as "do not know". Relevance has no order of its own: its tiers are walked
 * by date.
 */
export function walkOrder(filter: Filter, rowsMax: number): PlannedStatement {
  const sql = new SqlText();
  const { sort, limit } = filter.question;
  const along = sort === 'distance' ? walkPlaces(sql, filter, rowsMax) : walkIndex(sql, filter, rowsMax);
  const streams = [along, ...runningLong(sql, filter)];
  const text = `SELECT page.*, 2 AS tier, ${shownColumns}
    FROM (SELECT * FROM (${streams.join(' UNION ALL ')}) m ORDER BY ${orderBy(sort, 'm')} LIMIT ${limit + 1}) page
    JOIN search_documents d USING (event_id) ORDER BY ${orderBy(sort, 'page')}`;
  return { statement: { text }, values: sql.values };
}

/** How far a walk by date may begin before now: shorter events that began earlier are over. */
const walkBeforeNowMs = 24 * 3_600_000;

/**
 * Where a walk in time may begin: what began longer ago is over, but for the few that run long. Those come in a stream of
 * their own ({@link runningLong}).
 */
function walkBounds({ when }: SearchQuestion): { from: number | null; beganBefore: number | null } {
  const bounds = startBounds({ when } as SearchQuestion);
  const recent = when.notOverAt === null ? null : when.notOverAt - walkBeforeNowMs;
  const skips = recent !== null && (bounds.from === null || bounds.from < recent);
  return { from: skips ? recent : bounds.from, beganBefore: skips ? recent : null };
}

function startConditions(sql: SqlText, question: SearchQuestion, alias: string): string[] {
  const { from } = walkBounds(question);
  const { to } = startBounds(question);
  const conditions: string[] = [];
  if (from !== null) conditions.push(`${alias}.starts_at >= ${sql.value(instantText(from), 'timestamptz')}`);
  if (to !== null) conditions.push(`${alias}.starts_at <= ${sql.value(instantText(to), 'timestamptz')}`);
  return conditions;
}

/** Festivals and exhibitions that began before the walk does and are still open: few, so all of them are looked at. */
function runningLong(sql: SqlText, filter: Filter): string[] {
  const { question } = filter;
  const { beganBefore } = walkBounds(question);
  if (beganBefore === null) return [];
  const page = behind(sql, question, 'd');
  return [
    `(SELECT * FROM (SELECT ${narrowColumns}, ${distance(sql, question, 'd')} AS km
      FROM (SELECT * FROM search_documents d WHERE d.runs_long
        AND d.starts_at < ${sql.value(instantText(beganBefore), 'timestamptz')}
        AND d.shown_until >= ${sql.value(instantText(question.when.notOverAt!), 'timestamptz')} OFFSET 0) d
      WHERE ${walkConditions(sql, filter)}) d
      ${where(page)} ORDER BY ${orderBy(question.sort, 'd')} LIMIT ${question.limit + 1})`,
  ];
}

/** Along the index of starts or of prices. */
function walkIndex(sql: SqlText, filter: Filter, rowsMax: number): string {
  const { question } = filter;
  const conditions = startConditions(sql, question, 'd');
  const page = behind(sql, question, 'd');
  if (page) conditions.push(page);
  return `(SELECT ${narrowColumns}, ${distance(sql, question, 'd')} AS km
    FROM (SELECT d.* FROM search_documents d WHERE ${allOf(conditions)}
      ORDER BY ${orderBy(question.sort, 'd')} LIMIT ${rowsMax}) d
    WHERE ${walkConditions(sql, filter)} ORDER BY ${orderBy(question.sort, 'd')} LIMIT ${question.limit + 1})`;
}

/** Positions in order of distance, and at each its events by start. */
function walkPlaces(sql: SqlText, filter: Filter, rowsMax: number): string {
  const { question } = filter;
  const near = question.near!;
  const box = boxAround(near.position, near.radiusKm);
  const inBox = box
    ? `WHERE latitude BETWEEN ${sql.value(box.south - 1e-4, 'real')} AND ${sql.value(box.north + 1e-4, 'real')}
       AND longitude BETWEEN ${sql.value(box.west - 1e-4, 'real')} AND ${sql.value(box.east + 1e-4, 'real')}`
    : '';
  const [km, latitude, longitude] = question.after?.by ?? [];
  const start =
    question.after === null
      ? ''
      : `AND (p.km, p.latitude, p.longitude) >= (${sql.value(km, 'float8')}, ${sql.value(latitude, 'real')}, ${sql.value(longitude, 'real')})`;
  const page = behind(sql, question, 'd');
  const conditions = ['e.latitude = p.latitude', 'e.longitude = p.longitude', ...startConditions(sql, question, 'e')];
  return `(SELECT ${narrowColumns}, d.km FROM (
      SELECT d.* FROM (
        SELECT e.*, p.km FROM (
          SELECT latitude, longitude, ${distance(sql, question, 'search_places')} AS km
          FROM (SELECT DISTINCT latitude, longitude FROM search_places ${inBox}) search_places
          ORDER BY km, latitude, longitude OFFSET 0) p
        CROSS JOIN LATERAL (
          SELECT * FROM search_documents e WHERE ${allOf(conditions)} ORDER BY e.starts_at, e.event_id) e
        WHERE p.km <= ${sql.value(near.radiusKm, 'float8')} ${start}) d
      ${where(page)} ORDER BY ${orderBy('distance', 'd')} LIMIT ${rowsMax}) d
    WHERE ${walkConditions(sql, filter)} ORDER BY ${orderBy('distance', 'd')} LIMIT ${question.limit + 1})`;
}
