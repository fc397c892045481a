import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { textRef } from '../../../kernel/reason.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import { Locked } from '../../../platform/locks/locks.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { decideInTransaction } from '../../../platform/postgres/decide.ts';
import type { TicketParts } from '../ports.ts';
import { type AllocationRow, findAllocation, listDueAllocations, rewriteAllocation } from '../store/allocation-rows.ts';
import { keepWords } from './allocate-tickets.ts';
import type { MoveRefusal } from './decide-moves.ts';
import { moveTickets } from './move-tickets.ts';

export type AllocationChangeRefusal =
  | MoveRefusal
  | { readonly code: 'ALLOCATION_NOT_FOUND' | 'ALLOCATION_RELEASED' | 'RELEASE_IN_PAST' };

export interface AllocationInput {
  readonly name?: string;
  readonly note?: string | null;
  readonly releaseAt?: Instant | null;
}

class ReleasedMeanwhile extends Error {}

/** Changes name, note or release date of an allocation that is not released yet. */
export function changeAllocation(
  parts: TicketParts,
  allocationId: number,
  input: AllocationInput,
  context: CommandContext,
): Promise<Decision<{ readonly allocationId: number }, AllocationChangeRefusal>> {
  const { organizerId, now } = context;
  return decideInTransaction(parts.database.as(context), async (tx) => {
    const row = await findAllocation(tx, { allocationId, organizerId });
    if (!row) return refuse<AllocationChangeRefusal>({ code: 'ALLOCATION_NOT_FOUND' });
    const { name = row.name, note = row.note, releaseAt = row.releaseAt?.getTime() ?? null } = input;
    if (input.releaseAt != null && input.releaseAt <= now) {
      return refuse<AllocationChangeRefusal>({ code: 'RELEASE_IN_PAST' });
    }
    const isChanged = await rewriteAllocation(tx, allocationId, { name, note, releaseAt, releasedAt: null, now });
    if (!isChanged) return refuse<AllocationChangeRefusal>({ code: 'ALLOCATION_RELEASED' });
    const newRef = () => textRef(uuidv7(now, parts.random));
    const data = {
      allocationId,
      ...(await keepWords(tx, { name, note }, { organizerId }, { now, newRef })),
      releaseAt,
    };
    await appendEvents(tx, [{ stream: `event-${row.eventId}`, type: 'AllocationChanged', data }], context);
    return accept({ allocationId });
  });
}

/** Puts on sale what is still kept back. What was given away or freed by hand meanwhile stays as it is. */
export async function releaseAllocation(
  parts: TicketParts,
  allocationId: number,
  context: CommandContext,
): Promise<Decision<{ readonly released: number }, AllocationChangeRefusal>> {
  const database = parts.database.as(context);
  const row = await findAllocation(database, { allocationId, organizerId: context.organizerId });
  if (!row) return refuse({ code: 'ALLOCATION_NOT_FOUND' });
  if (row.releasedAt !== null) return refuse({ code: 'ALLOCATION_RELEASED' });
  try {
    if (row.keptIds.length === 0) await database.transaction((tx) => noteReleased(tx, row, context));
    else {
      const { eventId, keptIds: ticketIds } = row;
      const alongside = (tx: Queryable) => noteReleased(tx, row, context);
      const reason = { typed: `${row.name}: released` };
      const move = { eventId, ticketIds, to: 'Available', reason, ifVersion: null, alongside } as const;
      const moved = await moveTickets(parts, move, context);
      if (!moved.accepted) return moved;
    }
  } catch (error) {
    if (error instanceof ReleasedMeanwhile) return refuse({ code: 'ALLOCATION_RELEASED' });
    throw error;
  }
  return accept({ released: row.keptIds.length });
}

async function noteReleased(tx: Queryable, row: AllocationRow, context: CommandContext): Promise<void> {
  const { allocationId, eventId, name, note, releaseAt, keptIds } = row;
  const { now } = context;
  const change = { name, note, releaseAt: releaseAt?.getTime() ?? null, releasedAt: now, now };
  if (!(await rewriteAllocation(tx, allocationId, change))) throw new ReleasedMeanwhile();
  const data = { allocationId, ticketIds: keptIds };
  await appendEvents(tx, [{ stream: `event-${eventId}`, type: 'AllocationReleased', data }], context);
}

/** Releases every allocation of our events (`isOurs`) whose date has come; one that staff are just changing is released the next time. */
export async function releaseDueAllocations(parts: TicketParts, isOurs: (eventId: number) => boolean): Promise<number> {
  const now = parts.clock.now();
  let count = 0;
  for (const { allocationId, organizerId, eventId } of await listDueAllocations(parts.database.bypassingRls, now)) {
    if (!isOurs(eventId)) continue;
    const context = { actor: 'system', correlationId: `release-allocation-${allocationId}`, now, organizerId };
    try {
      const released = await releaseAllocation(parts, allocationId, context);
      if (released.accepted) count += 1;
    } catch (error) {
      if (!(error instanceof Locked)) throw error;
    }
  }
  return count;
}
