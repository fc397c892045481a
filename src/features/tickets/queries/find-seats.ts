import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { EventLedgers } from '../../inventory/index.ts';

/**
 * The live tickets of seats of the organiser's event, in the order of the seats. Refuses unknown events, and seats that the plan does
 * not have or that are not sold.
 */
export async function ticketsOfSeats(
  ledgers: EventLedgers,
  { eventId, seatGuids }: { readonly eventId: number; readonly seatGuids: readonly string[] },
  { organizerId }: CommandContext,
): Promise<
  Decision<readonly string[], { readonly code: 'EVENT_NOT_FOUND' } | { code: 'TICKET_UNKNOWN'; ids: readonly string[] }>
> {
  const event = await ledgers.open(eventId);
  if (event?.ledger.rules.organizerId !== organizerId) return refuse({ code: 'EVENT_NOT_FOUND' });
  const wanted = new Map<string, string | undefined>(seatGuids.map((guid) => [guid, undefined]));
  for (const [placeNo, guid] of (event.geometry?.guids ?? []).entries()) {
    if (wanted.has(guid)) wanted.set(guid, event.ledger.ticketIdAt(placeNo));
  }
  const unknown = seatGuids.filter((guid) => wanted.get(guid) === undefined);
  return unknown.length > 0
    ? refuse({ code: 'TICKET_UNKNOWN', ids: unknown })
    : accept([...wanted.values()] as string[]);
}
