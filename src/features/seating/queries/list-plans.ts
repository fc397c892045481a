import { decodeCursor, encodeCursor } from '../../../platform/http/cursor.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { listPlans as listRows, type SeatingPlanRow } from '../store/seating-plans.ts';

/** A page of plans in the order they were made; throws `CURSOR_INVALID` for a cursor that is not ours. */
export async function listPlans(
  database: Queryable,
  {
    organizerId,
    venueId,
    limit,
    cursor,
  }: { organizerId: number; venueId: number | null; limit: number; cursor?: string },
): Promise<{ items: SeatingPlanRow[]; nextCursor: string | null }> {
  const after = cursor === undefined ? 0 : (decodeCursor(cursor, ['id'])[0] as number);
  const rows = await listRows(database, { organizerId, venueId, after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor([last.seatingPlanId]) : null };
}
