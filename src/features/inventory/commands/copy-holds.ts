import { type Instant, toIso } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { HoldCopies, HoldCopy } from '../store/hold-copies.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import type { LoadedEvent } from './event-ledgers.ts';

/** So many are read from the ledgers and sent at once: two or three milliseconds of this thread. */
const atOnceMax = 250;
/** What could not be taken away is remembered up to here; of more, copies lie there until their deadline. */
const endedMax = 100_000;

/** Copies of the holds that the journal knows, made behind it. */
export interface HoldCopier {
  /** The same store, whose journal is copied once it is written. */
  readonly store: InventoryStore;
  /** Sends what is not sent yet, as far as that can be done. Never rejects. */
  settle(): Promise<void>;
}

/**
 * Follows the journal of holds: what is written there, or taken over from there with an event, is copied a moment later for other
 * services to read. No hold waits for that, and no decision reads it. While copies cannot be written what ended is remembered; when
 * they can be again, or were lost, all live holds of this process are copied anew.
 */
export function createHoldCopier(parts: {
  readonly store: InventoryStore;
  readonly copies: HoldCopies;
  /** The event if its ledger is in memory here, after a load under way. */
  readonly settled: (eventId: number) => Promise<LoadedEvent | undefined>;
  readonly clock: Pick<Clock, 'now'>;
}): HoldCopier {
  const { store, copies, settled, clock } = parts;
  /** The event of each hold that the journal has under our fences. */
  const alive = new Map<string, number>();
  /** What is to be sent: the hold as it is then, or (null) that it has ended. */
  const queue = new Map<string, number | null>();
  let sending: Promise<void> | null = null;

  function keep(reservationId: string, eventId: number): void {
    alive.set(reservationId, eventId);
    queue.set(reservationId, eventId);
  }

  function end(reservationId: string): void {
    alive.delete(reservationId);
    if (queue.size < endedMax || queue.has(reservationId)) queue.set(reservationId, null);
  }

  async function sendSome(): Promise<void> {
    const batch = [...queue].slice(0, atOnceMax);
    for (const [reservationId] of batch) queue.delete(reservationId);
    const events = new Map<number, LoadedEvent | undefined>();
    for (const [, eventId] of batch) {
      if (eventId !== null && !events.has(eventId)) {
        events.set(eventId, await settled(eventId).catch(() => undefined));
      }
    }
    const now = clock.now();
    const kept: { copy: HoldCopy; until: Instant }[] = [];
    const ended: string[] = [];
    for (const [reservationId, eventId] of batch) {
      const event = eventId === null ? null : events.get(eventId);
      // Another process decides about it now, and copies it.
      if (event === undefined) alive.delete(reservationId);
      else if (event === null) ended.push(reservationId);
      else {
        const found = copyOf(event, reservationId, now);
        if (found) kept.push(found);
        else ended.push(reservationId);
      }
    }
    try {
      await copies.write(kept, ended);
    } catch (error) {
      for (const [reservationId, eventId] of batch) if (!queue.has(reservationId)) queue.set(reservationId, eventId);
      throw error;
    }
  }

  /** Stops at the first failure: the next flush of the journal, or the return of what failed, begins again. */
  async function sendAll(): Promise<void> {
    try {
      while (queue.size > 0 && !copies.isAway) await sendSome();
    } catch {
      // Whoever keeps the copies says what is wrong with it.
    }
  }

  function send(): void {
    sending ??= sendAll().finally(() => {
      sending = null;
    });
  }

  copies.onLost(() => {
    for (const [reservationId, eventId] of alive) queue.set(reservationId, eventId);
    send();
  });

  return {
    store: {
      ...store,
      async loadHolds(eventId, now) {
        const holds = await store.loadHolds(eventId, now);
        for (const { reservationId } of holds) keep(reservationId, eventId);
        // After the turn in which the ledger is made: it is waited for.
        if (holds.length > 0) setImmediate(send);
        return holds;
      },
      async saveJournal(kept, ended) {
        const lost = await store.saveJournal(kept, ended);
        for (const { fence, eventId, hold } of kept) if (!lost.has(fence)) keep(hold.reservationId, eventId);
        for (const { fence, reservationId } of ended) if (!lost.has(fence)) end(reservationId);
        send();
        return lost;
      },
    },
    async settle() {
      await sending;
      await sendAll();
    },
  };
}

/** What others may read of a hold; undefined: there is none any more. */
function copyOf(
  { ledger }: LoadedEvent,
  reservationId: string,
  now: Instant,
): { copy: HoldCopy; until: Instant } | undefined {
  const hold = ledger.toJournal(reservationId);
  if (!hold || hold.expiresAt <= now) return undefined;
  const { placeNos, rates, expiresAt, renewals } = hold;
  const tickets = placeNos.flatMap((placeNo, i) => {
    const ticketId = ledger.ticketIdAt(placeNo);
    const place = ticketId === undefined ? undefined : ledger.stateOf(ticketId);
    return place ? [{ ticketId: ticketId!, ticketTypeId: place.ticketTypeId, rate: rates[i]! }] : [];
  });
  const copy = { reservationId, eventId: ledger.rules.eventId, tickets, expiresAt: toIso(expiresAt), renewals };
  return { copy, until: expiresAt };
}
