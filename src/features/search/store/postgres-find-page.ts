import type { Queryable } from '../../../platform/postgres/database.ts';
import type { ShownEvent } from '../domain/search-document.ts';
import { matchThenSort } from './postgres-gather-matches.ts';
import type { Filter } from './postgres-search-conditions.ts';
import type { PlannedStatement } from './postgres-search-sql.ts';
import { walkOrder } from './postgres-walk-order.ts';
import type { FoundEvent } from './search-store.ts';

/** How the store chooses between its two plans. */
export interface SearchTuning {
  /** So many matches among the sampled mean more than {@link totalMax} in all. */
  readonly sampledManyMin: number;
  /** How far a walk along an order goes for one event of the page, before matches are gathered instead. */
  readonly walkRowsPerEvent: number;
  /** Walk even where matches look sparse. */
  readonly walkAlways: boolean;
}

export interface Parts {
  readonly database: Queryable;
  readonly tuning: SearchTuning;
}

export interface FoundRow {
  readonly event_id: number | null;
  readonly starts_at: Date;
  readonly price_rank: number;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly km: number | null;
  readonly tier: number;
  readonly on_sale_from: Date | number;
  readonly on_sale_until: Date | number;
  readonly stock: number;
  readonly document: ShownEvent;
  readonly total?: number;
}

export async function query<Row>(database: Queryable, { statement, values }: PlannedStatement): Promise<Row[]> {
  return database.query<Row>(statement, values);
}

/** Walks along the order where matches lie dense; if that did not fill the page after all, gathers. */
export async function walkOrGather({ database, tuning }: Parts, filter: Filter, isDense: boolean): Promise<FoundRow[]> {
  const { limit } = filter.question;
  if (isDense || tuning.walkAlways) {
    const rows = await query<FoundRow>(database, walkOrder(filter, walkRowsMax(tuning, limit)));
    if (rows.length > limit) return rows;
  }
  const rows = await query<FoundRow>(database, matchThenSort(filter, []));
  return rows.filter((row) => row.event_id !== null);
}

function walkRowsMax({ walkRowsPerEvent }: SearchTuning, limit: number): number {
  return (limit + 1) * walkRowsPerEvent;
}

export function toFound(row: FoundRow): FoundEvent {
  const from = Number(row.on_sale_from);
  const until = Number(row.on_sale_until);
  return {
    eventId: row.event_id!,
    startsAt: row.starts_at.getTime(),
    onSale: until === -Infinity ? null : { from: from === -Infinity ? null : from, until },
    stock: row.stock,
    distanceKm: row.km,
    shown: row.document,
  };
}
