import type { Queryable } from '../../../platform/postgres/database.ts';

/**
 * Whether an event was once to be seen and is not any more: hidden, or taken back. One that was removed for good left no trace.
 * `bypassingRls`: nobody may see the row any more, and nothing else of it is said.
 */
export async function wasPublic(bypassingRls: Queryable, eventId: number): Promise<boolean> {
  const [row] = await bypassingRls.query<{ is_gone: boolean }>(
    {
      name: 'was-public',
      text: 'SELECT published_at IS NOT NULL AND NOT is_active AS is_gone FROM events WHERE event_id = $1',
    },
    [eventId],
  );
  return row?.is_gone ?? false;
}
