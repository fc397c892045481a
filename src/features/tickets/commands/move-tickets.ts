import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Reason, Said } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { keepSaid, toReason } from '../../../platform/event-store/kept-texts.ts';
import { lockFence } from '../../../platform/ownership/postgres-fenced-slots.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { makeTicketNumber } from '../../booking/index.ts';
import { eventLock, type TicketStatus, ticketLock } from '../../inventory/index.ts';
import type { TicketParts } from '../ports.ts';
import {
  announceFreePlaces,
  type GivenAway,
  type LockedTicket,
  lockTicketRows,
  seeTicketRows,
  writeStatus,
} from '../store/ticket-changes.ts';
import type { StoredStatus } from '../store/ticket-rows.ts';
import { decideMoves, type Movable, type MoveRefusal, type MoveWish } from './decide-moves.ts';

export interface MoveRequest extends MoveWish {
  readonly eventId: number;
  readonly reason: Said | null;
  /** What is written together with the moves, or not at all. */
  readonly alongside?: (tx: Queryable) => Promise<void>;
}

export interface MovedTicket {
  readonly ticketId: string;
  readonly previousStatus: TicketStatus;
  readonly status: TicketStatus;
  readonly version: number;
  readonly updatedAt: number;
}

/** What staff give away has no booking and cost nothing; that is its rate. */
const complimentary = 'complimentary';

/**
 * Moves tickets of an event by hand, all of them or none: block, unblock, give away, cancel. Free places are first taken
 * out of the ledger, so that nobody can hold them meanwhile; then the database decides under lock, where a purchase that
 * was faster wins. A hold on a ticket that is cancelled ends with the ledger's next look at the database. One change of an event at a
 * time, under the locks of event and tickets. Refuses as {@link decideMoves}, and tickets that others changed between look and write,
 * which the locks alone cannot rule out; throws NotOwned if another process has taken the event over meanwhile, Locked if somebody
 * else has one of the locks.
 */
export function moveTickets(
  parts: TicketParts,
  request: MoveRequest,
  context: CommandContext,
): Promise<Decision<readonly MovedTicket[], MoveRefusal>> {
  const { database, inventory, locks } = parts;
  const { eventId, ticketIds, to } = request;
  return locks.withLock([eventLock(eventId), ...ticketIds.map(ticketLock)], async () => {
    const rows = await seeTicketRows(database.as(context), eventId, ticketIds);
    const holds = await inventory.holdsFor({ eventId, organizerId: context.organizerId }, ticketIds);
    if (!holds.accepted) return holds;
    const firstLook = decideMoves(request, rows, holds.value);
    if (!firstLook.accepted) return firstLook;
    try {
      return await inventory.moveTickets(
        { eventId, ticketIds, takesOff: to === 'Reserved' || to === 'Cancelled' },
        (fence) =>
          database.as(context).transaction(async (tx) => {
            await lockFence(tx, eventId, fence);
            return writeMoves(parts, tx, { ...request, seen: rows }, context);
          }),
      );
    } catch (error) {
      if (error instanceof MovesRefused) return refuse(error.refusal);
      throw error;
    } finally {
      parts.catalog.eventsChanged([eventId]);
    }
  });
}

class MovesRefused extends Error {
  readonly refusal: MoveRefusal;
  constructor(refusal: MoveRefusal) {
    super(refusal.code);
    this.refusal = refusal;
  }
}

async function writeMoves(
  parts: TicketParts,
  tx: Queryable,
  request: MoveRequest & { readonly seen: readonly LockedTicket[] },
  context: CommandContext,
): Promise<Decision<readonly MovedTicket[], MoveRefusal>> {
  const { eventId, ticketIds, seen } = request;
  const { now, organizerId } = context;
  const reason = request.reason && toReason(request.reason, () => uuidv7(now, parts.random));
  const to = request.to as StoredStatus;
  if (to === 'Cancelled') await parts.catalog.commands.lockEventForChange(tx, { eventId, organizerId });
  const rows = await lockTicketRows(tx, eventId, ticketIds);
  const decided = decideMoves(request, rows, await parts.inventory.holdsOn(eventId, ticketIds));
  if (!decided.accepted) throw new MovesRefused(decided.refusal);
  // Whoever stood still for longer than the lease of its locks would else undo what others have decided since.
  const versions = new Map(seen.map(({ ticketId, version }) => [ticketId, version]));
  if (rows.some(({ ticketId, version }) => versions.get(ticketId) !== version)) {
    throw new MovesRefused({ code: 'TICKETS_CHANGED' });
  }
  const moves = decided.value;
  const tickets = moves.map(({ ticket }) => ticket);
  const givenAway = to === 'Sold' ? giveAway(eventId, moves, parts.random) : null;
  await writeStatus(tx, { eventId, tickets, to, reason, givenAway, now });
  await appendEvents(
    tx,
    moves.map((move) => toEvent({ ...request, reason }, move, givenAway)),
    context,
  );
  await countPlaces(parts, tx, { eventId, moves, to }, context);
  await keepSaid(tx, request.reason, reason, { organizerId, ticketIds }, now);
  await request.alongside?.(tx);
  return accept(
    moves.map(({ ticket, previousStatus }) => ({
      ticketId: ticket.ticketId,
      previousStatus,
      status: to,
      version: ticket.version + 1,
      updatedAt: now,
    })),
  );
}

function giveAway(eventId: number, moves: readonly Movable[], random: RandomBytes = systemRandom): GivenAway {
  const ticketNumbers = moves.map(({ ticket }) => makeTicketNumber(eventId, ticket.placeNo, random));
  return { rate: complimentary, priceMinor: 0, ticketNumbers };
}

const eventTypes = {
  Available: 'TicketUnblocked',
  Reserved: 'TicketBlocked',
  Sold: 'TicketGivenAway',
  Cancelled: 'TicketCancelled',
} as const;

function toEvent(
  { eventId, to, reason }: Pick<MoveRequest, 'eventId' | 'to'> & { readonly reason: Reason | null },
  { ticket, previousStatus }: Movable,
  givenAway: GivenAway | null,
) {
  const { ticketId, ticketTypeId, placeNo } = ticket;
  const status = to as StoredStatus;
  const price = givenAway && { rate: givenAway.rate, priceMinor: givenAway.priceMinor };
  return {
    stream: `ticket-${ticketId}`,
    type: eventTypes[status],
    data: { ticketId, eventId, ticketTypeId, placeNo, previousStatus, status, ...price },
    reason: reason ?? undefined,
  };
}

/** A cancelled place lowers the capacity, with its counters; any other move is announced to whoever counts free places. */
async function countPlaces(
  parts: TicketParts,
  tx: Queryable,
  { eventId, moves, to }: { eventId: number; moves: readonly Movable[]; to: StoredStatus },
  context: CommandContext,
): Promise<void> {
  const byType = Map.groupBy(moves, ({ ticket }) => ticket.ticketTypeId);
  const freeOf = (group: readonly Movable[]) => group.filter(({ ticket }) => ticket.status === 'Available').length;
  if (to === 'Cancelled') {
    const cancelled = [...byType].map(([ticketTypeId, group]) => ({
      ticketTypeId,
      places: group.length,
      wereFree: freeOf(group),
    }));
    await parts.catalog.commands.countCancelledPlaces(tx, { eventId, cancelled }, context);
    return;
  }
  const changes = new Map<number, number>();
  for (const [ticketTypeId, group] of byType) {
    changes.set(ticketTypeId, to === 'Available' ? group.length : -freeOf(group));
  }
  await announceFreePlaces(tx, { eventId, changes }, context);
}
