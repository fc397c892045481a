import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Said } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { keepSaid, toReason } from '../../../platform/event-store/kept-texts.ts';
import { NotOwned } from '../../../platform/ownership/ownership.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import type { Hold } from '../../inventory/index.ts';
import type { TicketParts } from '../ports.ts';
import { readTickets } from '../store/ticket-rows.ts';
import type { MoveRefusal } from './decide-moves.ts';
import { type MovedTicket, moveTickets } from './move-tickets.ts';

export interface ReleaseRequest {
  readonly eventId: number;
  readonly ticketIds: readonly string[];
  readonly reason: Said | null;
}

export interface HeldTicket {
  readonly eventId: number;
  readonly ticketId: string;
  /** The versions that the caller saw; null if any will do. */
  readonly ifVersion: ReadonlySet<string> | null;
  readonly reason: Said | null;
}

export type ReleaseRefusal =
  | MoveRefusal
  /** A hold ends as a whole: it has tickets that were not named. */
  | { readonly code: 'HOLD_NOT_WHOLE'; readonly ids: readonly string[] };

/**
 * Puts tickets back on sale that staff have blocked or that are held, all of them or none. A hold ends as a whole or not
 * at all; one in payment cannot be released. Refuses as a move does, and `HOLD_NOT_WHOLE`.
 */
export async function releaseTickets(
  parts: TicketParts,
  { eventId, ticketIds, reason }: ReleaseRequest,
  context: CommandContext,
): Promise<Decision<readonly MovedTicket[], ReleaseRefusal>> {
  const found = await parts.inventory.holdsFor({ eventId, organizerId: context.organizerId }, ticketIds);
  if (!found.accepted) return found;
  // A hold with several of the tickets is one hold.
  const holds = new Map([...found.value.values()].map((hold) => [hold.reservationId, hold]));
  const named = new Set(ticketIds);
  const held = [...holds.values()].flatMap((hold) => hold.places.map(({ ticketId }) => ticketId));
  const missing = held.filter((ticketId) => !named.has(ticketId));
  if (missing.length > 0) return refuse({ code: 'HOLD_NOT_WHOLE', ids: missing });
  const inPayment = [...holds.values()].filter(({ status }) => status === 'paying');
  if (inPayment.length > 0) {
    const ids = inPayment.flatMap((hold) => hold.places.map(({ ticketId }) => ticketId));
    return refuse({ code: 'TICKET_IN_PAYMENT', ids, allowed: [] });
  }
  const blocked = ticketIds.filter((ticketId) => !held.includes(ticketId));
  const move = { eventId, ticketIds: blocked, to: 'Available', reason, ifVersion: null } as const;
  const unblocked = blocked.length > 0 ? await moveTickets(parts, move, context) : accept([]);
  if (!unblocked.accepted) return unblocked;
  const released: MovedTicket[] = [];
  for (const seen of holds.values()) released.push(...(await endHold(parts, seen, { reason }, context)));
  return accept([...unblocked.value, ...released]);
}

/**
 * Puts the whole hold that a ticket is in back on sale, and answers all its tickets, this one first; nothing if it is not
 * held (any more). Refuses another version of the ticket than was seen, and a hold in payment.
 */
export async function releaseHoldOf(
  parts: TicketParts,
  { eventId, ticketId, ifVersion, reason }: HeldTicket,
  context: CommandContext,
): Promise<Decision<readonly MovedTicket[], MoveRefusal>> {
  const found = await parts.inventory.holdsFor({ eventId, organizerId: context.organizerId }, [ticketId]);
  if (!found.accepted) return found;
  const hold = found.value.get(ticketId);
  if (!hold) return accept([]);
  const [row] = await readTickets(parts.database.as(context), [ticketId]);
  if (row && ifVersion?.has(String(row.version)) === false) {
    return refuse({ code: 'TICKET_VERSION_MISMATCH', version: row.version });
  }
  const ids = hold.places.map((place) => place.ticketId);
  if (hold.status === 'paying') return refuse({ code: 'TICKET_IN_PAYMENT', ids, allowed: [] });
  const released = await endHold(parts, hold, { reason }, context);
  return accept([...released].sort((a, b) => Number(b.ticketId === ticketId) - Number(a.ticketId === ticketId)));
}

/**
 * Ends a hold that is still as it was; one that has ended or been paid for meanwhile is let be. The history of each ticket
 * says who took the places from their customer.
 */
async function endHold(
  parts: TicketParts,
  seen: Hold,
  { reason }: Pick<ReleaseRequest, 'reason'>,
  context: CommandContext,
): Promise<MovedTicket[]> {
  const { inventory, database } = parts;
  const { reservationId, eventId } = seen;
  const kept = reason && toReason(reason, () => uuidv7(context.now, parts.random));
  const events = seen.places.map(({ ticketId, ticketTypeId, placeNo }) => ({
    stream: `ticket-${ticketId}`,
    type: 'TicketReleased',
    data: { ticketId, eventId, ticketTypeId, placeNo, reservationId, previousStatus: 'Held', status: 'Available' },
    reason: kept ?? undefined,
  }));
  const { organizerId, now } = context;
  const ticketIds = seen.places.map(({ ticketId }) => ticketId);
  const isEnded = await database.as(context).transaction(async (tx) => {
    const fence = inventory.fenceOf(eventId);
    // Only the owner's ledger knows whether it is still held.
    if (fence === null) throw new NotOwned(eventId);
    await lockFence(tx, eventId, fence);
    if (!inventory.endHold(seen)) return false;
    await appendEvents(tx, events, context);
    await keepSaid(tx, reason, kept, { organizerId, ticketIds }, now);
    return true;
  });
  if (!isEnded) return [];
  const rows = await readTickets(database.as(context), ticketIds);
  return rows.map(({ ticketId, version, updatedAt }) => ({
    ticketId,
    previousStatus: 'Held',
    status: 'Available',
    version,
    updatedAt: updatedAt.getTime(),
  }));
}
