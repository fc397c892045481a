import type { Queryable } from '../../../platform/postgres/database.ts';
import type { SearchIndex } from '../ports.ts';

/** What the inventory tells after tickets were sold, freed, blocked or cancelled. */
export interface InventoryChanged {
  readonly eventId: number;
  /** How many more (or fewer) places of the type are Available now. */
  readonly changes: readonly { readonly ticketTypeId: number; readonly available: number }[];
}

/**
 * Brings the catalogue's counters and search up to date with what the inventory told, all messages at once, in the
 * caller's transaction, which also remembers that the messages are done: told twice, counted once. Ticket types and
 * events that are gone meanwhile are passed over. Deltas may come in any order, for sums do not care.
 * Answers the events that changed.
 */
export async function applyCounterChanges(
  tx: Queryable,
  search: SearchIndex,
  messages: readonly { readonly payload: unknown }[],
): Promise<readonly number[]> {
  const available = new Map<number, number>();
  const touched = new Set<number>();
  for (const { payload } of messages) {
    const { eventId, changes } = payload as InventoryChanged;
    touched.add(eventId);
    for (const change of changes) {
      available.set(change.ticketTypeId, (available.get(change.ticketTypeId) ?? 0) + change.available);
    }
  }
  // Events first, in order: every change of the catalogue locks the event before its ticket types.
  const rows = await tx.query<{ event_id: number }>(
    {
      name: 'lock-events-counted',
      text: 'SELECT event_id FROM events WHERE event_id = ANY($1::int[]) ORDER BY event_id FOR NO KEY UPDATE',
    },
    [[...touched]],
  );
  const eventIds = rows.map((row) => row.event_id);
  const deltas = [...available].filter(([, delta]) => delta !== 0);
  if (eventIds.length === 0 || deltas.length === 0) return [];
  await tx.query(
    {
      name: 'apply-counter-changes',
      text: `
        WITH delta AS (SELECT * FROM unnest($1::int[], $2::int[]) AS d(ticket_type_id, available)),
        types AS (
          UPDATE ticket_types t SET available_count = t.available_count + d.available
          FROM delta d WHERE t.ticket_type_id = d.ticket_type_id
          RETURNING t.event_id, d.available)
        UPDATE events e SET available_capacity = e.available_capacity + s.available
        FROM (SELECT event_id, sum(available)::int AS available FROM types GROUP BY event_id) AS s
        WHERE e.event_id = s.event_id`,
    },
    [deltas.map(([id]) => id), deltas.map(([, delta]) => delta)],
  );
  await search.index(tx, eventIds);
  return eventIds;
}
