import type { PageOf } from '../../../contract/common.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

interface ListOfRows {
  readonly table: 'venues' | 'performers' | 'event_series';
  readonly id: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** A page of a whole table by its id. Throws `Refused` (`CURSOR_INVALID`) for a cursor that is not ours. */
export async function pageById<Row, Body>(
  source: Queryable,
  { table, id, limit, cursor }: ListOfRows,
  toBody: (row: Row) => Body,
): Promise<PageOf<Body>> {
  const after = cursor === undefined ? 0 : (decodeCursor(cursor, ['id'])[0] as number);
  const rows = await source.query<Row & Record<string, unknown>>(
    { name: `page-${table}`, text: `SELECT * FROM ${table} WHERE ${id} > $1 ORDER BY ${id} LIMIT $2` },
    [after, limit + 1],
  );
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(toBody), nextCursor: last ? encodeCursor([last[id] as number]) : null };
}
