import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { CatalogRefusal } from '../../catalog/index.ts';
import { placeState } from '../../inventory/index.ts';
import type { TicketParts } from '../ports.ts';
import { readEventOfTickets } from '../store/ticket-rows.ts';

export interface PlacesToAdd {
  readonly eventId: number;
  /** Null: the event's only type. */
  readonly ticketTypeId: number | null;
  readonly quantity: number;
}

export interface TicketsAdded {
  readonly ticketTypeId: number;
  readonly ticketsCreated: number;
  /** The lowest place that is new. */
  readonly firstTicketId: string | null;
}

export type AddRefusal = CatalogRefusal | { readonly code: 'EVENT_NOT_PUBLISHED' };

/**
 * Adds places of general admission to a published event: its type's capacity grows, and the tickets are made at once.
 * Refuses events that are not published (publishing makes their tickets), and what the catalogue refuses of a capacity.
 */
export function addTickets(
  { database, ledgers, catalog, oneAtATime }: TicketParts,
  places: PlacesToAdd,
  context: CommandContext,
): Promise<Decision<TicketsAdded, AddRefusal>> {
  const { eventId } = places;
  return oneAtATime(eventId, async () => {
    const event = await readEventOfTickets(database.as(context), eventId);
    if (event?.organizerId !== context.organizerId) return refuse({ code: 'EVENT_NOT_FOUND' });
    if (!event.isPublished) return refuse({ code: 'EVENT_NOT_PUBLISHED' });
    const before = await ledgers.use(eventId, (ledger) => Uint8Array.from(ledger.states()));
    const raised = await catalog.commands.raiseCapacity(places, context);
    if (!raised.accepted) return raised;
    // The ledger has read the new places by now. Making tickets does not name them: there may be a hundred thousand.
    const firstTicketId = await ledgers.use(eventId, (ledger) => {
      const isNew = (state: number, i: number) =>
        state !== placeState.none && (before[i] ?? placeState.none) === placeState.none;
      return ledger.ticketIdAt(ledger.states().findIndex(isNew)) ?? null;
    });
    const { ticketTypeId, ticketsCreated } = raised.value;
    return accept({ ticketTypeId, ticketsCreated, firstTicketId });
  });
}
