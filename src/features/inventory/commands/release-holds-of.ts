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

/** For a person who is erased: a hold keeps name, address and notes until it ends. One in payment ends with that. */
export function createReleaseHoldsOf(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly metrics: Metrics;
  readonly clock: Clock;
}): ReleaseHoldsOf {
  return async (tx, { owners, emails }) => {
    // A hold of this moment is found in the journal as well.
    await parts.journal.flush();
    for (const { reservationId, eventId } of await removeHoldsOf(tx, { owners, emails })) {
      const event = parts.ledgers.loaded(eventId);
      const released = event?.ledger.release(reservationId, null, parts.clock.now());
      if (event && released?.accepted) forgetHolds(parts, event, [released.value], 'released');
    }
  };
}
