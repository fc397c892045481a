import type { CommandContext } from '../../kernel/context.ts';
import type { Said } from '../../kernel/reason.ts';
import type { Ownership } from '../../platform/ownership/ownership.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { moveTickets } from './commands/move-tickets.ts';
import { createOneAtATime } from './commands/one-at-a-time.ts';
import { releaseDueAllocations } from './commands/release-allocations.ts';
import { createAllocationRoutes } from './http/allocations.ts';
import { createTicketStaffRoutes } from './http/moves.ts';
import { createTicketReads } from './http/reads.ts';
import type { TicketParts } from './ports.ts';
import { findEventOfAllocation } from './store/allocation-rows.ts';

const releaseAllocationsEveryMs = 5_000;

/** Tickets one by one: who may read what of them, and what staff do with them by hand. */
export function createTickets({
  database,
  clock,
  inventory,
  catalog,
  random,
  locks,
  ownership,
}: Omit<TicketParts, 'oneAtATime'> & { readonly ownership: Pick<Ownership, 'fenceOf'> }) {
  const parts: TicketParts = { database, clock, inventory, catalog, locks, oneAtATime: createOneAtATime(), random };
  return {
    /** Puts places that are kept back on sale again, in the database and the ledger. */
    unblock: (wish: { eventId: number; ticketIds: readonly string[]; reason: Said }, context: CommandContext) =>
      moveTickets(parts, { ...wish, to: 'Available', ifVersion: null }, context),
    /** The event of an allocation; null if there is no such one. */
    findEventOfAllocation: (allocationId: number) => findEventOfAllocation(database.bypassingRls, allocationId),
    routes: [createTicketReads(parts), createTicketStaffRoutes(parts), createAllocationRoutes(parts)],
    jobs: [
      {
        name: 'release allocations',
        runs: 'where the event is owned',
        everyMs: releaseAllocationsEveryMs,
        run: async () => void (await releaseDueAllocations(parts, (eventId) => ownership.fenceOf(eventId) !== null)),
      },
    ],
    consumers: [],
  } satisfies SliceShape;
}
