import type { CommandContext } from '../../kernel/context.ts';
import type { Said } from '../../kernel/reason.ts';
import { createOneAtATime } from '../catalog/index.ts';
import { moveTickets } from './commands/move-tickets.ts';
import { releaseDueAllocations } from './commands/release-allocations.ts';
import { createTicketStaffRoutes } from './http.ts';
import { createAllocationRoutes } from './http-allocations.ts';
import { createTicketReads } from './http-reads.ts';
import type { TicketParts } from './ports.ts';

const releaseAllocationsEveryMs = 5_000;

/** Tickets one by one: who may read what of them, and what staff do with them by hand. */
export function createTickets(given: Omit<TicketParts, 'oneAtATime'>) {
  const parts = { ...given, oneAtATime: createOneAtATime() };
  return {
    /** Puts places that are kept back on sale again, in the records and the ledger. */
    unblock: (wish: { eventId: number; ticketIds: readonly string[]; reason: Said }, context: CommandContext) =>
      moveTickets(parts, { ...wish, to: 'Available', ifVersion: null }, context),
    routes: [createTicketReads(parts), createTicketStaffRoutes(parts), createAllocationRoutes(parts)],
    jobs: [
      {
        name: 'release allocations',
        everyMs: releaseAllocationsEveryMs,
        run: async () => void (await releaseDueAllocations(parts)),
      },
    ],
  };
}
