import type { PreparedPages } from '../../contract/prepared-pages.ts';
import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import type { SeatGeometry } from '../seating/domain/geometry.ts';
import { createCodeGuesses } from './commands/code-guesses.ts';
import { createHoldEnds } from './commands/end-hold.ts';
import { createEventLedgers } from './commands/event-ledgers.ts';
import { expireHolds, forgetHolds, sweepMs } from './commands/expire-holds.ts';
import { createHoldJournal, journalDelayMs } from './commands/journal-holds.ts';
import { createPlaceHold } from './commands/place-hold.ts';
import { createReleaseHoldsOf } from './commands/release-holds-of.ts';
import { beginLedger } from './domain/create-ledger.ts';
import { createReservationRoutes, type GuestSessions } from './http.ts';
import { createLiveRoutes } from './http-live.ts';
import { createLivePages } from './queries/live-pages.ts';
import type { InventoryStore } from './store/inventory-store.ts';

export type { CodeGuesses } from './commands/code-guesses.ts';
export type { HoldEnds } from './commands/end-hold.ts';
export type { EventLedgers, LoadedEvent } from './commands/event-ledgers.ts';
export { mintTickets, type PlacesToMint } from './commands/mint-tickets.ts';
export type { PlacedHold, PlaceHoldInput, PlaceHoldRefusal } from './commands/place-hold.ts';
export type { ReleaseHoldsOf } from './commands/release-holds-of.ts';
export { lockTickets, removeUnsoldTickets, takeOutFreePlaces, withdrawTickets } from './commands/withdraw-tickets.ts';
export type { EventLedger } from './domain/ledger.ts';
export { isOwned, owns } from './domain/owner.ts';
export { eventOfReservation, reservedAt } from './domain/reservation-id.ts';
export { allowedMoves, type TicketStatus } from './domain/ticket-status.ts';
export { type Hold, type HoldContact, type Owner, type PlaceState, placeState, type Rate } from './domain/types.ts';
export { toContact } from './http.ts';
export { seatMapPath } from './queries/live-pages.ts';
export { toCustomerAnswer } from './queries/reservation-answer.ts';
export { createPostgresInventoryStore } from './store/postgres-inventory-store.ts';

const dropIdleMs = 60_000;
const catchUpMs = 1_000;
const forgetHoldsMs = 600_000;
/** Longer than the ledger tells owners that their hold has expired. */
const keepEndedHoldsMs = 3_600_000;

/** Holds and what is free: the ledgers, their routes, and the jobs that keep them true. */
export function createInventory(parts: {
  readonly store: InventoryStore;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly pages: PreparedPages;
  readonly sessions: GuestSessions;
  readonly loadGeometry: (seatingPlanId: number) => Promise<SeatGeometry>;
  /** False while no purchase could be written. */
  readonly canWrite: () => boolean;
  readonly onFailure: (error: unknown) => void;
  readonly random?: RandomBytes;
}) {
  const ledgers = createEventLedgers({ ...parts, beginLedger });
  const journal = createHoldJournal({ ...parts, ledgers });
  const placeHold = createPlaceHold({ ...parts, ledgers, journal });
  const holdEnds = createHoldEnds({ ...parts, ledgers, journal });
  const codeGuesses = createCodeGuesses(parts.clock);
  const live = createLivePages({ ...parts, ledgers });
  parts.clock.onSet((byMs) => {
    for (const [eventId, { ledger }] of ledgers.all()) {
      for (const { reservationId } of ledger.shiftDeadlines(byMs)) journal.keep(eventId, reservationId);
    }
  });
  ledgers.onHoldsEnded((_eventId, holds, how) => forgetHolds({ ...parts, journal }, holds, how));
  return {
    ledgers,
    holdEnds,
    codeGuesses,
    placeHold,
    releaseHoldsOf: createReleaseHoldsOf({ ...parts, ledgers, journal }),
    routes: [createReservationRoutes({ ...parts, ledgers, journal, placeHold, codeGuesses }), createLiveRoutes(live)],
    /** Writes the holds that are not written yet. */
    flush: () => journal.flush(),
    jobs: [
      { name: 'expire holds', everyMs: sweepMs, run: async () => expireHolds({ ...parts, ledgers, journal }) },
      { name: 'journal holds', everyMs: journalDelayMs, run: () => journal.flush() },
      {
        name: 'forget old holds',
        everyMs: forgetHoldsMs,
        run: () => parts.store.forgetHolds(parts.clock.now() - keepEndedHoldsMs),
      },
      { name: 'catch up with the records', everyMs: catchUpMs, run: () => ledgers.catchUp() },
      { name: 'drop idle ledgers', everyMs: dropIdleMs, run: async () => ledgers.dropIdle() },
    ],
  };
}
