import { boxAround } from '../domain/geo.ts';
import type { SearchQuestion } from '../domain/search-question.ts';
import { distance, type Filter, walkConditions } from './postgres-search-conditions.ts';
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
function walkBounds(question: SearchQuestion): { from: number | null; beganBefore: number | null } {
  const { notOverAt } = question.when;
  const bounds = startBounds(question);
  const recent = notOverAt === null ? null : notOverAt - walkBeforeNowMs;
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
