import type { Clock } from '../../../platform/clock/clock.ts';
import type { Fence } from '../../../platform/ownership/ownership.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import type { InventoryStore, KeptHold } from '../store/inventory-store.ts';
import type { LoadedEvent } from './event-ledgers.ts';

/** A hold reaches the journal within this time (promised: 200 ms), so that a restart gives customers their carts back. */
export const journalDelayMs = 100;

/** So often it is tried before a handover. */
const writeAllTries = 3;

/** The notebook of holds: it is called with every change, and writes the sum of them now and then. */
export interface HoldJournal {
  /** A new hold of this ledger. */
  begin(event: LoadedEvent, reservationId: string): void;
  /** A hold that began earlier (perhaps in another process, before a restart) has changed. */
  keep(event: LoadedEvent, reservationId: string): void;
  /** The hold ended. */
  end(event: LoadedEvent, reservationId: string): void;
  /** Writes what is not written yet. Called every {@link journalDelayMs}; and at shutdown. Never throws. */
  flush(): Promise<void>;
  /** Writes all changes of these events, before they go to another process. Rejects if that cannot be done. */
  writeAll(isMeant: (eventId: number) => boolean): Promise<void>;
}

/**
 * A hold that begins and ends between two flushes is never written: in a rush most holds become purchases within
 * milliseconds, and cost the database nothing here. What could not be written is tried again at the next flush. What a ledger
 * has decided whose event is another process's now is not written: there the hold goes on as the journal knows it.
 */
export function createHoldJournal(parts: {
  readonly store: Pick<InventoryStore, 'saveJournal'>;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
  /** Hears how many changes were not written, because another process decides about their events now. */
  readonly onLost: (changes: number) => void;
}): HoldJournal {
  const { store, clock, onFailure, onLost } = parts;
  /** By the ledger that decided it: its fence counts, whichever the event is under when it is written. */
  const changed = new Map<string, LoadedEvent>();
  const ended = new Map<string, Fence>();
  /** New since the last flush began: of these the journal knows nothing that it would have to forget. */
  const fresh = new Set<string>();
  let flushing: Promise<void> | null = null;

  async function write(): Promise<void> {
    const kept: KeptHold[] = [];
    const now = clock.now();
    for (const [reservationId, { ledger, fence }] of changed) {
      const hold = ledger.toJournal(reservationId);
      if (!hold) continue;
      kept.push({
        eventId: ledger.rules.eventId,
        hold: { ...hold, leftMs: Math.max(0, hold.expiresAt - now) },
        fence,
      });
    }
    const batch = { changed: [...changed], ended: [...ended] };
    changed.clear();
    ended.clear();
    // From here on the journal may know them: also after a failure, for the answer alone may have been lost.
    fresh.clear();
    try {
      const gone = batch.ended.map(([reservationId, fence]) => ({ reservationId, fence }));
      const lost = await store.saveJournal(kept, gone);
      if (lost.size === 0) return;
      writeLater(batch, (fence) => lost.get(fence) === 'busy');
      onLost([...kept, ...gone].filter(({ fence }) => lost.get(fence) === 'gone').length);
    } catch (error) {
      writeLater(batch, () => true);
      onFailure(error);
    }
  }

  function writeLater(
    batch: { readonly changed: readonly [string, LoadedEvent][]; readonly ended: readonly [string, Fence][] },
    isLeft: (fence: Fence) => boolean,
  ): void {
    for (const [reservationId, event] of batch.changed)
      if (isLeft(event.fence) && !changed.has(reservationId)) changed.set(reservationId, event);
    for (const [reservationId, fence] of batch.ended)
      if (isLeft(fence) && !ended.has(reservationId)) ended.set(reservationId, fence);
  }

  async function flush(): Promise<void> {
    // Several may wait: the first of them writes, and the others for that.
    while (flushing) await flushing;
    if (changed.size === 0 && ended.size === 0) return;
    flushing = write();
    await flushing;
    flushing = null;
  }

  return {
    begin(event, reservationId) {
      changed.set(reservationId, event);
      fresh.add(reservationId);
    },
    keep: (event, reservationId) => void changed.set(reservationId, event),
    end({ fence }, reservationId) {
      changed.delete(reservationId);
      if (!fresh.delete(reservationId)) ended.set(reservationId, fence);
    },
    flush,
    async writeAll(isMeant) {
      for (let tries = 0; tries < writeAllTries; tries++) {
        await flush();
        if (![...changed.values()].some(({ ledger }) => isMeant(ledger.rules.eventId))) return;
        await new Promise<void>((done) => void clock.after(journalDelayMs, done));
      }
      throw new Unavailable('Holds could not be written before their events went to another process');
    },
  };
}
