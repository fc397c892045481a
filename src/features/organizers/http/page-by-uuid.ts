import type { PageOf } from '../../../contract/common.ts';
import { isUuid } from '../../../kernel/ids.ts';
import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import { Refused } from '../../../platform/http/refused.ts';

/** The id that a cursor holds; null without one. Throws `Refused` (`CURSOR_INVALID`) for what is none of ours. */
export function readUuidCursor(cursor: string | undefined): string | null {
  if (cursor === undefined) return null;
  const id = String(decodeCursor(cursor, ['string'])[0]);
  if (!isUuid(id)) throw new Refused({ code: 'CURSOR_INVALID' });
  return id;
}

/** A page of rows, of which one more than `limit` was read to see whether there are more. */
export function pageByUuid<Row, Id extends keyof Row, Body>(
  rows: readonly Row[],
  limit: number,
  id: Id,
  toBody: (row: Row) => Body,
): PageOf<Body> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(toBody), nextCursor: last ? encodeCursor([String(last[id])]) : null };
}
