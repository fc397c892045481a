import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { EventLedgers } from './event-ledgers.ts';
import { forgetHolds } from './expire-holds.ts';
import type { HoldJournal } from './journal-holds.ts';

/**
 * Lets go of what these owners hold, or somebody under these mail addresses (in lower case), as far as `tx` sees, and of
 * its line in the journal.
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
    const rows = await tx.query<{ reservationId: string; eventId: number }>(
      `DELETE FROM hold_journal WHERE lower(hold -> 'contact' ->> 'email') = ANY($1::text[])
         OR hold ->> 'customer' = ANY($2::text[]) OR hold ->> 'account' = ANY($2::text[])
       RETURNING reservation_id AS "reservationId", event_id AS "eventId"`,
      [emails, owners],
    );
    for (const { reservationId, eventId } of rows) {
      const released = parts.ledgers.loaded(eventId)?.ledger.release(reservationId, null, parts.clock.now());
      if (released?.accepted) forgetHolds(parts, [released.value], 'released');
    }
  };
}
