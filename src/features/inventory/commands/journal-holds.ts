import type { Clock } from '../../../platform/clock/clock.ts';
import type { InventoryStore, KeptHold } from '../store/inventory-store.ts';
import type { EventLedgers } from './event-ledgers.ts';

/** A hold reaches the journal within this time (promised: 200 ms), so that a restart gives customers their carts back. */
export const journalDelayMs = 100;

/** The notebook of holds: told of every change, it writes the sum of them now and then. */
export interface HoldJournal {
  /** A new hold. */
  begin(eventId: number, reservationId: string): void;
  /** A hold that began earlier (perhaps in another process, before a restart) has changed. */
  keep(eventId: number, reservationId: string): void;
  /** The hold ended. */
  end(reservationId: string): void;
  /** Writes what is not written yet. Called every {@link journalDelayMs}; and at shutdown. Never throws. */
  flush(): Promise<void>;
}

/**
 * A hold that begins and ends between two flushes is never written: in a rush most holds become purchases within
 * milliseconds, and cost the database nothing here. What could not be written is tried again at the next flush.
 */
export function createHoldJournal(parts: {
  readonly store: InventoryStore;
  readonly ledgers: EventLedgers;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}): HoldJournal {
  const { store, ledgers, clock, onFailure } = parts;
  const changed = new Map<string, number>();
  const ended = new Set<string>();
  /** New since the last flush began: of these the journal knows nothing that it would have to forget. */
  const fresh = new Set<string>();
  let flushing: Promise<void> | null = null;

  async function write(): Promise<void> {
    const kept: KeptHold[] = [];
    const gone = [...ended];
    const now = clock.now();
    for (const [reservationId, eventId] of changed) {
      const hold = ledgers.loaded(eventId)?.ledger.toJournal(reservationId);
      if (hold) kept.push({ eventId, hold: { ...hold, leftMs: Math.max(0, hold.expiresAt - now) } });
    }
    const batch = new Map(changed);
    changed.clear();
    ended.clear();
    // From here on the journal may know them: also after a failure, for the answer alone may have been lost.
    fresh.clear();
    try {
      await store.saveJournal(kept, gone);
    } catch (error) {
      for (const [reservationId, eventId] of batch)
        if (!changed.has(reservationId)) changed.set(reservationId, eventId);
      for (const reservationId of gone) ended.add(reservationId);
      onFailure(error);
    }
  }

  return {
    begin(eventId, reservationId) {
      changed.set(reservationId, eventId);
      fresh.add(reservationId);
    },
    keep: (eventId, reservationId) => void changed.set(reservationId, eventId),
    end(reservationId) {
      changed.delete(reservationId);
      if (!fresh.delete(reservationId)) ended.add(reservationId);
    },
    async flush() {
      await flushing;
      if (changed.size === 0 && ended.size === 0) return;
      flushing = write();
      await flushing;
      flushing = null;
    },
  };
}
