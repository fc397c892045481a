import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Inventory } from '../../inventory/index.ts';

/**
 * The live tickets of seats of the organiser's event, in the order of the seats. Refuses unknown events, and seats that the plan does
 * not have or that are not sold.
 */
export async function ticketsOfSeats(
  inventory: Pick<Inventory, 'ticketsOfSeats'>,
  { eventId, seatGuids }: { readonly eventId: number; readonly seatGuids: readonly string[] },
  { organizerId }: CommandContext,
): Promise<
  Decision<readonly string[], { readonly code: 'EVENT_NOT_FOUND' } | { code: 'TICKET_UNKNOWN'; ids: readonly string[] }>
> {
  const found = await inventory.ticketsOfSeats({ eventId, organizerId }, seatGuids);
  if (!found.accepted) return found;
  const unknown = seatGuids.filter((guid) => !found.value.has(guid));
  return unknown.length > 0
    ? refuse({ code: 'TICKET_UNKNOWN', ids: unknown })
    : accept(seatGuids.map((guid) => found.value.get(guid)!));
}
