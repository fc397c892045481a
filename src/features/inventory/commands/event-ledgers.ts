import { type RandomBytes, randomClearText, systemRandom } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import type { BeginLedger, EventLedger } from '../domain/ledger.ts';
import { countsPurchases, type Hold } from '../domain/types.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import { createRecordFollower, type RecordFollower } from './follow-records.ts';

/** A ledger that nobody used for this long, and that holds nothing, is dropped from memory. */
const idleMs = 10 * 60_000;

/** One event's ledger in memory, and the geometry it was built on. */
export interface LoadedEvent {
  readonly ledger: EventLedger;
  readonly geometry: SeatGeometry | null;
  /** Number and content of the plan, to find the seat map's page; null for general admission. */
  readonly seatingPlanId: number | null;
  readonly seatMapHash: string | null;
  isPublic: boolean;
  /** By {@link Clock.measure}. */
  lastUsedAt: number;
}

/** The ledgers of all events on sale: loaded from the records on first use, dropped when idle. */
export interface EventLedgers extends RecordFollower {
  /** The event if its ledger is in memory: the hot path, without a promise. */
  loaded(eventId: number): LoadedEvent | undefined;
  /** The event, loaded if need be; null if there is no such event. */
  open(eventId: number): Promise<LoadedEvent | null>;
  /** The event if its ledger is in memory, after a load under way is done. */
  settled(eventId: number): Promise<LoadedEvent | undefined>;
  /** Runs `work` on the event's ledger in one turn. Throws if there is no such event. */
  use<T>(eventId: number, work: (ledger: EventLedger) => T): Promise<T>;
  /** Ends all holds of an event that are not in payment. */
  endHolds(eventId: number): Promise<void>;
  /** Drops the event from memory (it was deleted). */
  forget(eventId: number): void;
  all(): Iterable<[number, LoadedEvent]>;
  /** Drops ledgers that are idle. */
  dropIdle(): void;
  /** Called with every hold that ended otherwise than by its owner's wish. */
  onHoldsEnded(listener: (eventId: number, holds: readonly Hold[], how: 'expired' | 'dropped') => void): void;
}

export interface EventLedgersParts {
  readonly store: InventoryStore;
  readonly clock: Clock;
  readonly beginLedger: BeginLedger;
  readonly loadGeometry: (seatingPlanId: number) => Promise<SeatGeometry>;
  readonly random?: RandomBytes;
}

export function createEventLedgers(parts: EventLedgersParts): EventLedgers {
  const { store, clock, beginLedger, loadGeometry, random = systemRandom } = parts;
  const events = new Map<number, LoadedEvent>();
  const loading = new Map<number, Promise<LoadedEvent | null>>();
  const listeners: Parameters<EventLedgers['onHoldsEnded']>[0][] = [];

  async function load(eventId: number): Promise<LoadedEvent | null> {
    const event = await store.loadEvent(eventId);
    if (!event) return null;
    const { rules, capacity, seatingPlanId, seatMapHash, isPublic } = event;
    const geometry = seatingPlanId === null ? null : await loadGeometry(seatingPlanId);
    const epoch = randomClearText(6, random);
    const begun = beginLedger({ epoch, rules, geometry, expectedPlaces: capacity });
    await store.eachPlaces(eventId, (places) => begun.add(places));
    const purchases = countsPurchases(rules) ? await store.loadPurchases(eventId) : [];
    const holds = await store.loadHolds(eventId, clock.now());
    const now = clock.now();
    const ledger = begun.finish({ holds, purchases }, now);
    // Those whose places are not free (a payment cut off by a crash) are not taken back, here or ever: else the next start
    // could prefer them to who has the places by then.
    const lost = holds.filter(({ reservationId, expiresAt }) => expiresAt > now && !ledger.toJournal(reservationId));
    if (lost.length > 0) {
      await store.saveJournal(
        [],
        lost.map(({ reservationId }) => reservationId),
      );
    }
    const loaded = { ledger, geometry, seatingPlanId, seatMapHash, isPublic, lastUsedAt: clock.measure() };
    events.set(eventId, loaded);
    return loaded;
  }

  function open(eventId: number): Promise<LoadedEvent | null> {
    const known = events.get(eventId);
    if (known) {
      known.lastUsedAt = clock.measure();
      return Promise.resolve(known);
    }
    let promise = loading.get(eventId);
    if (!promise) {
      promise = load(eventId).finally(() => loading.delete(eventId));
      loading.set(eventId, promise);
    }
    return promise;
  }

  /** What is in memory after a load under way is done: a change committed meanwhile must not be missed. */
  async function settled(eventId: number): Promise<LoadedEvent | undefined> {
    await loading.get(eventId)?.catch(() => null);
    return events.get(eventId);
  }

  function tell(eventId: number, holds: readonly Hold[], how: 'expired' | 'dropped'): void {
    if (holds.length > 0) for (const listener of listeners) listener(eventId, holds, how);
  }

  const records = createRecordFollower({ store, settled, drop: (eventId) => void events.delete(eventId), tell });

  return {
    open,
    settled,
    loaded(eventId) {
      const event = events.get(eventId);
      if (event) event.lastUsedAt = clock.measure();
      return event;
    },
    async use(eventId, work) {
      const event = await open(eventId);
      if (!event) throw new Error(`There is no event ${eventId}`);
      return work(event.ledger);
    },
    ...records,
    async endHolds(eventId) {
      const loaded = await settled(eventId);
      if (loaded) tell(eventId, loaded.ledger.endAllHolds(), 'dropped');
    },
    forget(eventId) {
      events.delete(eventId);
    },
    all: () => events.entries(),
    dropIdle() {
      const now = clock.now();
      for (const [eventId, { ledger, lastUsedAt }] of events) {
        tell(eventId, ledger.expire(now), 'expired');
        if (ledger.holdCount === 0 && lastUsedAt + idleMs < clock.measure()) events.delete(eventId);
      }
    },
    onHoldsEnded: (listener) => void listeners.push(listener),
  };
}
