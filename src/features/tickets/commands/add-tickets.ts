import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { CatalogRefusal } from '../../catalog/index.ts';
import type { TicketParts } from '../ports.ts';
import { readEventOfTickets } from '../store/ticket-rows.ts';

export interface PlacesToAdd {
  readonly eventId: number;
  /** Null: the event's only type. */
  readonly ticketTypeId: number | null;
  readonly quantity: number;
  /** Whether the new tickets are named; there may be a hundred thousand. */
  readonly isNamed: boolean;
}

export interface TicketsAdded {
  readonly ticketTypeId: number;
  readonly ticketsCreated: number;
  /** In the order of their places; empty if they were not to be named. */
  readonly ticketIds: readonly string[];
}

export type AddRefusal = CatalogRefusal | { readonly code: 'EVENT_NOT_PUBLISHED' };

/**
 * Adds places of general admission to a published event: its type's capacity grows, and the tickets are made at once.
 * Refuses events that are not published (publishing makes their tickets), and what the catalogue refuses of a capacity.
 */
export function addTickets(
  { database, inventory, catalog, oneAtATime }: TicketParts,
  places: PlacesToAdd,
  context: CommandContext,
): Promise<Decision<TicketsAdded, AddRefusal>> {
  const { eventId } = places;
  return oneAtATime(eventId, async () => {
    const event = await readEventOfTickets(database.as(context), eventId);
    if (event?.organizerId !== context.organizerId) return refuse({ code: 'EVENT_NOT_FOUND' });
    if (!event.isPublished) return refuse({ code: 'EVENT_NOT_PUBLISHED' });
    const { value: raised, ticketIds: ticketsAdded } = await inventory.ticketsAddedBy(eventId, () =>
      catalog.commands.raiseCapacity(places, context),
    );
    if (!raised.accepted) return raised;
    const { ticketTypeId, ticketsCreated } = raised.value;
    if (!places.isNamed) return accept({ ticketTypeId, ticketsCreated, ticketIds: [] });
    // The ledger has read the new places by now. Making tickets does not name them.
    return accept({ ticketTypeId, ticketsCreated, ticketIds: await ticketsAdded() });
  });
}
