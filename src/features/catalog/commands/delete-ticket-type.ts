import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import { eventLock, lockTickets, removeUnsoldTickets } from '../../inventory/index.ts';
import type { CatalogRefusalOf } from '../domain/refusals.ts';
import type { CatalogParts } from '../parts.ts';
import { hasBookings } from '../store/bookings.ts';
import { decideInLongTransaction } from '../store/decide.ts';
import { lockEvent, sumCounters } from '../store/event-rows.ts';
import {
  deleteTicketTypeRow,
  readTicketTypes,
  toTicketTypeDetails,
  updateTicketTypeRow,
} from '../store/ticket-type-rows.ts';

/**
 * Removes a ticket type that nobody ever booked, with its tickets; one with any booking becomes inactive. Holds on the
 * tickets that are gone end with the ledger's refresh.
 */
export function deleteTicketType(
  parts: CatalogParts,
  { eventId, ticketTypeId }: { eventId: number; ticketTypeId: number },
  context: CommandContext,
): Promise<Decision<{ removed: boolean }, CatalogRefusalOf<'EVENT_NOT_FOUND' | 'TICKET_TYPE_NOT_FOUND'>>> {
  return parts.locks.withLock([eventLock(eventId)], async () => {
    const fence = parts.inventory.fenceOf(eventId);
    const decision = await decideInLongTransaction(
      parts.database.as(context),
      async (
        tx,
      ): Promise<Decision<{ removed: boolean }, CatalogRefusalOf<'EVENT_NOT_FOUND' | 'TICKET_TYPE_NOT_FOUND'>>> => {
        const event = await lockEvent(tx, { eventId, organizerId: context.organizerId });
        if (!event) return refuse({ code: 'EVENT_NOT_FOUND' });
        const type = (await readTicketTypes(tx, [eventId])).find((row) => row.ticket_type_id === ticketTypeId);
        if (!type) return refuse({ code: 'TICKET_TYPE_NOT_FOUND' });
        const scope = { eventId, ticketTypeId };
        await lockTickets(tx, scope);
        const removed = !(await hasBookings(tx, scope));
        if (!removed && !type.is_active) return accept({ removed });
        if (removed) {
          await removeUnsoldTickets(tx, scope);
          await deleteTicketTypeRow(tx, ticketTypeId);
        } else {
          await updateTicketTypeRow(tx, ticketTypeId, { ...toTicketTypeDetails(type), isActive: false }, context.now);
        }
        const data = { ticketTypeId, name: type.name };
        const eventType = removed ? 'TicketTypeDeleted' : 'TicketTypeDeactivated';
        await appendEvents(tx, [{ stream: `event-${eventId}`, type: eventType, data }], context);
        await sumCounters(tx, eventId);
        await parts.search.index(tx, [eventId]);
        await lockFence(tx, eventId, fence);
        return accept({ removed });
      },
    );
    if (decision.accepted) {
      await parts.inventory.refresh(eventId);
      parts.changed([eventId]);
    }
    return decision;
  });
}
