import type { InventoryChanged } from '../../../contract/topics.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { SearchIndex } from '../ports.ts';
import { addAvailable, lockEventsCounted } from '../store/counters.ts';

/**
 * Brings the catalogue's counters and search up to date with what happened to tickets, all messages at once, in the
 * caller's transaction, which also remembers that the messages are done: delivered twice, counted once. Ticket types and
 * events that are gone meanwhile are passed over. Deltas may come in any order, for sums do not care.
 * Answers the events that changed.
 */
export async function applyCounterChanges(
  tx: Queryable,
  search: SearchIndex,
  messages: readonly { readonly payload: InventoryChanged }[],
): Promise<readonly number[]> {
  const available = new Map<number, number>();
  const touched = new Set<number>();
  for (const { payload } of messages) {
    const { eventId, changes } = payload;
    touched.add(eventId);
    for (const change of changes) {
      available.set(change.ticketTypeId, (available.get(change.ticketTypeId) ?? 0) + change.available);
    }
  }
  const eventIds = await lockEventsCounted(tx, [...touched]);
  const deltas = [...available].flatMap(([ticketTypeId, delta]) =>
    delta === 0 ? [] : [{ ticketTypeId, available: delta }],
  );
  if (eventIds.length === 0 || deltas.length === 0) return [];
  await addAvailable(tx, deltas);
  await search.index(tx, eventIds);
  return eventIds;
}
