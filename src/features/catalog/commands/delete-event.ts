import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { lockTickets, removeUnsoldTickets } from '../../inventory/index.ts';
import type { CatalogRefusal } from '../domain/refusals.ts';
import type { CatalogParts } from '../ports.ts';
import { hasBookings } from '../store/bookings.ts';
import { decideInLongTransaction } from '../store/decide.ts';
import { lockEvent } from '../store/event-rows.ts';
import { endHolds } from './end-holds.ts';

/**
 * Removes an event that nobody ever booked; one with any booking, even a refunded one, becomes inactive and hidden, and
 * its tickets and bookings stay readable. Its holds end. A purchase that runs at the same time either commits first
 * (then the event stays, inactive) or finds its tickets gone.
 */
export async function deleteEvent(
  parts: CatalogParts,
  eventId: number,
  context: CommandContext,
): Promise<Decision<{ removed: boolean }, CatalogRefusal>> {
  const decision = await decideInLongTransaction(parts.database.as(context), async (tx) => {
    const event = await lockEvent(tx, { eventId, organizerId: context.organizerId }, 'delete');
    if (!event) return refuse<CatalogRefusal>({ code: 'EVENT_NOT_FOUND' });
    const scope = { eventId, ticketTypeId: null };
    // Waits for purchases under way on these rows; what they booked is then seen, and nothing can be booked after.
    await lockTickets(tx, scope);
    const stream = `event-${eventId}`;
    if (await hasBookings(tx, scope)) {
      if (event.is_active) {
        await hideEvent(tx, eventId, context);
        await appendEvents(tx, [{ stream, type: 'EventDeactivated', data: { title: event.title } }], context);
        await parts.search.index(tx, [eventId]);
      }
      return accept({ removed: false });
    }
    await removeUnsoldTickets(tx, scope);
    await tx.query('DELETE FROM events WHERE event_id = $1', [eventId]);
    await appendEvents(tx, [{ stream, type: 'EventDeleted', data: { title: event.title } }], context);
    await parts.search.index(tx, [eventId]);
    return accept({ removed: true });
  });
  if (decision.accepted) {
    if (decision.value.removed) {
      await parts.ledgers.endHolds(eventId);
      parts.ledgers.forget(eventId);
    } else {
      await parts.ledgers.refresh(eventId);
      await endHolds(parts.ledgers, eventId);
    }
    parts.changed([eventId]);
  }
  return decision;
}

async function hideEvent(tx: Queryable, eventId: number, context: CommandContext): Promise<void> {
  await tx.query('UPDATE events SET is_active = false, version = version + 1, updated_at = $2 WHERE event_id = $1', [
    eventId,
    new Date(context.now),
  ]);
}
