import { ticketTypesMax } from '../../../contract/catalog.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import { eventLock } from '../../inventory/index.ts';
import { placeTimes } from '../domain/event-times.ts';
import type { CatalogRefusalOf, MintRefusal, TicketTypeFault } from '../domain/refusals.ts';
import { checkCategoriesApart, newTicketType, type TicketTypeInput } from '../domain/ticket-type-details.ts';
import type { CatalogParts } from '../parts.ts';
import { decideInTransaction } from '../store/decide.ts';
import { lockEvent, sumCounters } from '../store/event-rows.ts';
import { insertTicketType, readTicketTypes } from '../store/ticket-type-rows.ts';
import { mintTypes } from './publish-event.ts';

type AddTypeRefusal = TicketTypeFault | MintRefusal | CatalogRefusalOf<'EVENT_NOT_FOUND' | 'TOO_MANY_TICKET_TYPES'>;

/** Adds a ticket type to an event; if the event was published, its tickets are made at once. */
export function addTicketType(
  parts: CatalogParts,
  eventId: number,
  input: TicketTypeInput & { readonly name: string },
  context: CommandContext,
): Promise<Decision<{ ticketTypeId: number; ticketsCreated: number }, AddTypeRefusal>> {
  return parts.locks.withLock([eventLock(eventId)], async () => {
    const fence = parts.inventory.fenceOf(eventId);
    const decision = await decideInTransaction(parts.database.as(context), async (tx) => {
      const event = await lockEvent(tx, { eventId, organizerId: context.organizerId });
      if (!event) return refuse<AddTypeRefusal>({ code: 'EVENT_NOT_FOUND' });
      const others = await readTicketTypes(tx, [eventId]);
      if (others.length >= ticketTypesMax) {
        return refuse<AddTypeRefusal>({ code: 'TOO_MANY_TICKET_TYPES', limit: ticketTypesMax });
      }
      const { seating_plan_id: planId } = event;
      const geometry = planId === null ? null : await parts.seating.loadGeometry(tx, planId);
      const details = newTicketType(placeTimes(input, event.time_zone), event.currency, geometry, '');
      if (!details.accepted) return details;
      const apart = checkCategoriesApart([...others, details.value].map(({ categories }) => ({ categories, at: '' })));
      if (!apart.accepted) return apart;
      const position = Math.max(-1, ...others.map((type) => type.position)) + 1;
      const ticketTypeId = await insertTicketType(tx, {
        eventId,
        organizerId: context.organizerId,
        position,
        details: details.value,
        now: context.now,
      });
      const data = { ticketTypeId, ...details.value };
      await appendEvents(tx, [{ stream: `event-${eventId}`, type: 'TicketTypeAdded', data }], context);
      let ticketsCreated = 0;
      if (event.published_at !== null) {
        const types = (await readTicketTypes(tx, [eventId])).filter((type) => type.ticket_type_id === ticketTypeId);
        const minted = await mintTypes(parts, tx, { event, types, geometry }, context);
        if (!minted.accepted) return minted;
        ticketsCreated = minted.value;
      }
      await sumCounters(tx, eventId);
      await parts.search.index(tx, [eventId]);
      await lockFence(tx, eventId, fence);
      return accept({ ticketTypeId, ticketsCreated });
    });
    if (decision.accepted) {
      await parts.inventory.refresh(eventId);
      parts.changed([eventId]);
    }
    return decision;
  });
}
