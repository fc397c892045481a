import { createHash } from 'node:crypto';
import type { Statement } from '../../../platform/postgres/database.ts';
import type { SearchQuestion, SearchSort } from '../domain/search-question.ts';
import { instantText } from './postgres-search-periods.ts';

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

/**
 * A statement under a name of its own, so that it is read and planned once for a connection and not each time. Only for texts of which
 * there are few: a connection keeps all that it was sent.
 */
export function prepared(text: string): Statement {
  return { name: `search-${createHash('sha1').update(text).digest('base64url')}`, text };
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
export function behind(sql: SqlText, { after, sort }: SearchQuestion, alias: string): string | undefined {
  if (!after) return undefined;
  const { columns, types } = orders[sort];
  const values = [...after.by, instantText(after.startsAt), after.eventId];
  const row = columns.map((column) => `${alias}.${column}`).join(', ');
  return `(${row}) > (${values.map((value, i) => sql.value(value, types[i]!)).join(', ')})`;
}

export function orderBy(sort: SearchSort, alias: string): string {
  return orders[sort].columns.map((column) => `${alias}.${column}`).join(', ');
}

export const shownColumns = 'd.on_sale_from, d.on_sale_until, d.stock, d.document';
export const narrowColumns = 'd.event_id, d.starts_at, d.price_rank, d.latitude, d.longitude';

export function where(condition: string | undefined): string {
  return condition === undefined ? '' : `WHERE ${condition}`;
}

export function allOf(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join(' AND ');
}
