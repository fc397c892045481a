import type { Clock } from '../../../platform/clock/clock.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { EventLedger } from '../domain/ledger.ts';
import type { Hold } from '../domain/types.ts';
import type { EventLedgers } from './event-ledgers.ts';
import { forgetHolds } from './expire-holds.ts';
import type { HoldJournal } from './journal-holds.ts';

/** How a payment ends a hold: each tells ledger, journal and metrics together. */
export interface HoldEnds {
  /** Paid: its places are sold. */
  convert(ledger: EventLedger, reservationId: string): void;
  /** Not paid: the buyer keeps the places at least `keepMs` longer (that extension is given once). */
  thaw(ledger: EventLedger, reservationId: string, keepMs: number): void;
  /** A payment cannot even be tried now: the hold is kept a little (once). Answers its deadline. */
  keepOnce(ledger: EventLedger, reservationId: string, keepMs: number): number | undefined;
  /** Its places turned out to be gone. */
  drop(hold: Hold): void;
}

export function createHoldEnds(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly metrics: Metrics;
  readonly clock: Clock;
}): HoldEnds {
  const { ledgers, journal, metrics, clock } = parts;
  return {
    convert(ledger, reservationId) {
      // Two may find out at the same time that it was paid.
      if (ledger.toJournal(reservationId) === undefined) return;
      ledger.convert(reservationId);
      journal.end(reservationId);
      metrics.holdsEnded.inc({ how: 'converted' });
    },
    thaw(ledger, reservationId, keepMs) {
      ledger.thaw(reservationId, clock.now(), keepMs);
      journal.keep(ledger.rules.eventId, reservationId);
    },
    keepOnce(ledger, reservationId, keepMs) {
      const expiresAt = ledger.keepOnce(reservationId, clock.now(), keepMs);
      if (expiresAt !== undefined) journal.keep(ledger.rules.eventId, reservationId);
      return expiresAt;
    },
    drop(hold) {
      const ledger = ledgers.loaded(hold.eventId)?.ledger;
      // Ended meanwhile (the records were read, say): then it was told there.
      if (ledger && ledger.toJournal(hold.reservationId) === undefined) return;
      ledger?.drop(hold.reservationId);
      forgetHolds(parts, [hold], 'dropped');
    },
  };
}
