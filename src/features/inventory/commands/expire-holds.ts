import type { Clock } from '../../../platform/clock/clock.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { Hold } from '../domain/types.ts';
import type { EventLedgers, LoadedEvent } from './event-ledgers.ts';
import type { HoldJournal } from './journal-holds.ts';

/**
 * Where a hold expires. Its deadline alone decides, in the ledger, for every caller at once; this sweep (four times a
 * second) only makes public what is already true: availability rises, the journal forgets, the metrics count.
 */
export const sweepMs = 250;

/** Releases every hold that has expired, in all loaded ledgers. */
export function expireHolds(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly clock: Clock;
  readonly metrics: Metrics;
}): void {
  const now = parts.clock.now();
  let live = 0;
  let loaded = 0;
  for (const [, event] of parts.ledgers.all()) {
    const { ledger } = event;
    // Also answers those that other calls have released meanwhile. Of an event that may be another's they end there.
    if (parts.ledgers.decidesAbout(event)) forgetHolds(parts, event, ledger.expire(now), 'expired');
    live += ledger.holdCount;
    loaded += 1;
  }
  parts.metrics.holdsLive.set(live);
  parts.metrics.ledgersLoaded.set(loaded);
}

/** Notes in journal and metrics that holds of a ledger have ended. */
export function forgetHolds(
  { journal, metrics }: { readonly journal: HoldJournal; readonly metrics: Metrics },
  event: LoadedEvent,
  holds: readonly Hold[],
  how: 'expired' | 'released' | 'converted' | 'dropped',
): void {
  for (const hold of holds) journal.end(event, hold.reservationId);
  if (holds.length > 0) metrics.holdsEnded.inc({ how }, holds.length);
}
