import type { Clock } from '../../../platform/clock/clock.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { Hold } from '../domain/types.ts';
import type { EventLedgers } from './event-ledgers.ts';
import type { HoldJournal } from './journal-holds.ts';

/**
 * Where a hold expires. Its deadline alone decides, in the ledger, for every caller at once; this sweep (four times a
 * second) only makes public what is already true: availability rises, the journal forgets, the metrics count.
 */
export const sweepMs = 250;

/** Lets go of every hold that is due in any loaded ledger. */
export function expireHolds(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly clock: Clock;
  readonly metrics: Metrics;
}): void {
  const now = parts.clock.now();
  let live = 0;
  let loaded = 0;
  for (const [, { ledger }] of parts.ledgers.all()) {
    // Also answers those that other calls have let go of meanwhile.
    forgetHolds(parts, ledger.expire(now), 'expired');
    live += ledger.holdCount;
    loaded += 1;
  }
  parts.metrics.holdsLive.set(live);
  parts.metrics.ledgersLoaded.set(loaded);
}

/** Notes in journal and metrics that holds have ended. */
export function forgetHolds(
  { journal, metrics }: { readonly journal: HoldJournal; readonly metrics: Metrics },
  holds: readonly Hold[],
  how: 'expired' | 'released' | 'converted' | 'dropped',
): void {
  for (const hold of holds) journal.end(hold.reservationId);
  if (holds.length > 0) metrics.holdsEnded.inc({ how }, holds.length);
}
