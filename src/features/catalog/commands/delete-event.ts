import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import { eventLock, lockTickets, removeUnsoldTickets } from '../../inventory/index.ts';
import type { CatalogRefusalOf } from '../domain/refusals.ts';
import type { CatalogParts } from '../parts.ts';
import { hasBookings } from '../store/bookings.ts';
import { decideInLongTransaction } from '../store/decide.ts';
import { deleteEventRow, lockEvent, markInactive } from '../store/event-rows.ts';

/**
 * Removes an event that nobody ever booked; one with any booking, even a refunded one, becomes inactive and hidden, and
 * its tickets and bookings stay readable. Its holds end. A purchase that runs at the same time either commits first
 * (then the event stays, inactive) or finds its tickets gone.
 */
export function deleteEvent(
  parts: CatalogParts,
  eventId: number,
  context: CommandContext,
): Promise<Decision<{ removed: boolean }, CatalogRefusalOf<'EVENT_NOT_FOUND'>>> {
  return parts.locks.withLock([eventLock(eventId)], async () => {
    const fence = parts.inventory.fenceOf(eventId);
    const decision = await decideInLongTransaction(
      parts.database.as(context),
      async (tx): Promise<Decision<{ removed: boolean }, CatalogRefusalOf<'EVENT_NOT_FOUND'>>> => {
        const event = await lockEvent(tx, { eventId, organizerId: context.organizerId }, 'delete');
        if (!event) return refuse({ code: 'EVENT_NOT_FOUND' });
        const scope = { eventId, ticketTypeId: null };
        // Waits for purchases under way on these rows; what they booked is then seen, and nothing can be booked after.
        await lockTickets(tx, scope);
        const stream = `event-${eventId}`;
        if (await hasBookings(tx, scope)) {
          if (event.is_active) {
            await markInactive(tx, eventId, context.now);
            await appendEvents(tx, [{ stream, type: 'EventDeactivated', data: { title: event.title } }], context);
            await parts.search.index(tx, [eventId]);
          }
          await lockFence(tx, eventId, fence);
          return accept({ removed: false });
        }
        await removeUnsoldTickets(tx, scope);
        await deleteEventRow(tx, eventId);
        await appendEvents(tx, [{ stream, type: 'EventDeleted', data: { title: event.title } }], context);
        await parts.search.index(tx, [eventId]);
        await lockFence(tx, eventId, fence);
        return accept({ removed: true });
      },
    );
    if (decision.accepted) {
      if (decision.value.removed) {
        await parts.inventory.forget(eventId);
      } else {
        await parts.inventory.refresh(eventId);
        await parts.inventory.endHolds(eventId);
      }
      parts.changed([eventId]);
    }
    return decision;
  });
}
