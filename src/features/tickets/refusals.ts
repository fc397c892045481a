import { codesOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { addTickets } from './commands/add-tickets.ts';
import type { allocateTickets } from './commands/allocate-tickets.ts';
import type { moveTickets } from './commands/move-tickets.ts';
import type { changeAllocation, releaseAllocation } from './commands/release-allocations.ts';
import type { releaseHoldOf, releaseTickets } from './commands/release-tickets.ts';
import type { ticketsOfSeats } from './queries/find-seats.ts';

type MoveRefusals = RefusalIn<typeof moveTickets | typeof releaseHoldOf | typeof ticketsOfSeats>;
type AllocateRefusals = RefusalIn<typeof allocateTickets | typeof ticketsOfSeats>;
type AllocationRefusals = RefusalIn<typeof changeAllocation | typeof releaseAllocation>;

/** Everything that this slice refuses with. */
export type TicketsRefusals =
  | MoveRefusals
  | AllocateRefusals
  | AllocationRefusals
  | RefusalIn<typeof addTickets | typeof releaseTickets>;

const moveFaults = {
  EVENT_NOT_FOUND: true,
  TICKETS_CHANGED: true,
  TICKET_IN_PAYMENT: true,
  TICKET_MOVE_FORBIDDEN: true,
  TICKET_UNKNOWN: true,
  TICKET_VERSION_MISMATCH: true,
} as const;

/** The codes that each command can refuse with, for the routes that call it. */
export const moveProblems = codesOf<MoveRefusals>(moveFaults);
export const releaseProblems = codesOf<RefusalIn<typeof releaseTickets>>({ ...moveFaults, HOLD_NOT_WHOLE: true });
export const allocateProblems = codesOf<AllocateRefusals>({
  ...moveFaults,
  NOT_ENOUGH_TICKETS: true,
  RELEASE_IN_PAST: true,
  TICKET_TYPE_UNKNOWN: true,
});
export const allocationProblems = codesOf<AllocationRefusals>({
  ...moveFaults,
  ALLOCATION_NOT_FOUND: true,
  ALLOCATION_RELEASED: true,
  RELEASE_IN_PAST: true,
});
