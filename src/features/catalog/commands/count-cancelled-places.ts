import type { CommandContext } from '../../../kernel/context.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { SearchIndex } from '../ports.ts';
import { lockEvent, sumCounters } from '../store/event-rows.ts';
import { lowerCapacities } from '../store/ticket-type-rows.ts';

/** Places of one ticket type that were cancelled; `wereFree` of them were still on sale. */
export interface CancelledPlaces {
  readonly ticketTypeId: number;
  readonly places: number;
  readonly wereFree: number;
}

/**
 * Locks the event against other changes until the transaction ends; false if the organiser has no such event. Whoever
 * also locks tickets does this first.
 */
export async function lockEventForChange(
  tx: Queryable,
  id: { readonly eventId: number; readonly organizerId: number },
): Promise<boolean> {
  return (await lockEvent(tx, id)) !== undefined;
}

/**
 * Lowers the capacity of ticket types by places that are cancelled in the same transaction, which has locked the event.
 * The counters go along at once: through the outbox they would for a moment be above the capacity.
 */
export async function countCancelledPlaces(
  parts: { readonly search: SearchIndex },
  tx: Queryable,
  { eventId, cancelled }: { readonly eventId: number; readonly cancelled: readonly CancelledPlaces[] },
  context: CommandContext,
): Promise<void> {
  await lowerCapacities(tx, cancelled, context.now);
  await sumCounters(tx, eventId);
  const stream = `event-${eventId}`;
  const events = cancelled.map((data) => ({ stream, type: 'PlacesCancelled', data }));
  await appendEvents(tx, events, context);
  await parts.search.index(tx, [eventId]);
}
