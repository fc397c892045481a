import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import { removeHoldsOf } from '../store/hold-journal.ts';
import type { EventLedgers } from './event-ledgers.ts';
import { forgetHolds } from './expire-holds.ts';
import type { HoldJournal } from './journal-holds.ts';

/**
 * Releases what these owners hold, or somebody under these mail addresses (in lower case), as far as `tx` sees, and
 * removes its line from the journal.
 */
export type ReleaseHoldsOf = (
  tx: Queryable,
  person: { readonly owners: readonly string[]; readonly emails: readonly string[] },
) => Promise<void>;

/** Ends holds of an event, whoever's they are; those in payment end with that. */
export type ReleaseHolds = (eventId: number, reservationIds: readonly string[]) => Promise<void>;

/** {@link ReleaseHolds} in the process that decides about the event. */
export function createReleaseHolds(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly metrics: Metrics;
  readonly clock: Clock;
}): ReleaseHolds {
  return async (eventId, reservationIds) => {
    const event = await parts.ledgers.settled(eventId);
    if (!event) return;
    for (const reservationId of reservationIds) {
      const released = event.ledger.release(reservationId, null, parts.clock.now());
      if (released.accepted) forgetHolds(parts, event, [released.value], 'released');
    }
  };
}

/** For a person who is erased: a hold keeps name, address and notes until it ends. */
export function createReleaseHoldsOf(parts: {
  readonly journal: HoldJournal;
  /** Wherever the event is decided about. */
  readonly releaseHolds: ReleaseHolds;
}): ReleaseHoldsOf {
  return async (tx, { owners, emails }) => {
    // A hold of this moment is found in the journal as well.
    await parts.journal.flush();
    const byEvent = Map.groupBy(await removeHoldsOf(tx, { owners, emails }), ({ eventId }) => eventId);
    for (const [eventId, holds] of byEvent) {
      await parts.releaseHolds(
        eventId,
        holds.map(({ reservationId }) => reservationId),
      );
    }
  };
}
