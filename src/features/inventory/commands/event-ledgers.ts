import { type RandomBytes, randomClearText, systemRandom } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { type Fence, NotOwned, type Ownership } from '../../../platform/ownership/ownership.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import type { BeginLedger, EventLedger } from '../domain/ledger.ts';
import { countsPurchases, type Hold } from '../domain/types.ts';
import type { SeatingPlans } from '../ports.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import { createLedgerRefresher, type LedgerRefresher } from './refresh-ledgers.ts';

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
  /** At which version of the catalogue rules and places were read. */
  version: string;
  /** What it was read under: it decides as long as this process has that. */
  readonly fence: Fence;
  /** By {@link Clock.measure}. */
  lastUsedAt: number;
}

/**
 * The ledgers of all events that this process owns and that are on sale: loaded from the database on first use, dropped when
 * idle, or lost to another process.
 */
export interface EventLedgers extends LedgerRefresher {
  /** The event if its ledger is in memory and decides: the hot path, without a promise. */
  loaded(eventId: number): LoadedEvent | undefined;
  /** Throws {@link NotOwned} unless this process decides about the event at this moment. */
  checkOwned(eventId: number): void;
  /** The event, loaded if need be; null if there is no such event. Rejects with {@link NotOwned} where another decides about it. */
  open(eventId: number): Promise<LoadedEvent | null>;
  /** The event if its ledger is in memory, after a load under way is done. */
  settled(eventId: number): Promise<LoadedEvent | undefined>;
  /** Ends all holds of an event that are not in payment. */
  endHolds(eventId: number): Promise<void>;
  /** Drops the event from memory (it was deleted). */
  forget(eventId: number): void;
  all(): Iterable<[number, LoadedEvent]>;
  /** Whether this process decides about a loaded event at this moment: until then nothing that is due there is done here. */
  decidesAbout(event: LoadedEvent): boolean;
  /** Drops ledgers that are idle. */
  dropIdle(): void;
  /** Called with every hold that ended otherwise than by its owner's wish. */
  onHoldsEnded(listener: (event: LoadedEvent, holds: readonly Hold[], how: 'expired' | 'dropped') => void): void;
}

export interface EventLedgersParts {
  readonly store: InventoryStore;
  readonly clock: Clock;
  readonly beginLedger: BeginLedger;
  readonly seating: SeatingPlans;
  readonly ownership: Pick<Ownership, 'fenceOf' | 'onLost'>;
  readonly random?: RandomBytes;
}

export function createEventLedgers(parts: EventLedgersParts): EventLedgers {
  const { store, clock, beginLedger, seating, ownership, random = systemRandom } = parts;
  const events = new Map<number, LoadedEvent>();
  const loading = new Map<number, Promise<LoadedEvent | null>>();
  const listeners: Parameters<EventLedgers['onHoldsEnded']>[0][] = [];

  ownership.onLost((isLost) => {
    // Their holds go on in the process that has them now: nothing ends, nothing is written.
    for (const eventId of events.keys()) if (isLost(eventId)) events.delete(eventId);
  });

  function fenceFor(eventId: number): Fence {
    const fence = ownership.fenceOf(eventId);
    if (fence === null) throw new NotOwned(eventId);
    return fence;
  }

  async function load(eventId: number): Promise<LoadedEvent | null> {
    // First the fence, then the reading: what an earlier owner still writes after that is refused.
    const fence = fenceFor(eventId);
    const event = await store.loadEvent(eventId);
    if (!event) return null;
    const { rules, capacity, seatingPlanId, seatMapHash, isPublic, version } = event;
    const geometry = seatingPlanId === null ? null : await seating.geometryOf(seatingPlanId);
    const epoch = randomClearText(6, random);
    const begun = beginLedger({ epoch, rules, geometry, expectedPlaces: capacity });
    // Before the places: a payment that ends in between leaves them free or sold, and whoever ended it says so.
    const holds = await store.loadHolds(eventId, clock.now());
    const bought = await store.loadBought(eventId);
    await store.eachPlaces(eventId, (places) => begun.add(places));
    const purchases = countsPurchases(rules) ? await store.loadPurchases(eventId) : [];
    if (ownership.fenceOf(eventId) !== fence) throw new NotOwned(eventId);
    const now = clock.now();
    const ledger = begun.finish({ holds, purchases }, now);
    // Those whose places are another's are not taken back, here or ever: else the next start could prefer them to who has the
    // places by then. And what was bought has ended, whoever did not get to write it.
    const lost = holds.filter(({ reservationId, expiresAt }) => expiresAt > now && !ledger.toJournal(reservationId));
    const over = [...lost.map(({ reservationId }) => reservationId), ...bought];
    if (over.length > 0) {
      const ended = over.map((reservationId) => ({ reservationId, fence }));
      if ((await store.saveJournal([], ended)).size > 0) throw new NotOwned(eventId);
    }
    if (ownership.fenceOf(eventId) !== fence) throw new NotOwned(eventId);
    const loaded = {
      ledger,
      geometry,
      seatingPlanId,
      seatMapHash,
      isPublic,
      version,
      fence,
      lastUsedAt: clock.measure(),
    };
    events.set(eventId, loaded);
    return loaded;
  }

  function decidesAbout({ ledger, fence }: LoadedEvent): boolean {
    return ownership.fenceOf(ledger.rules.eventId) === fence;
  }

  /** What is in memory, if this process still decides by it. */
  function owned(eventId: number): LoadedEvent | undefined {
    const event = events.get(eventId);
    return event && decidesAbout(event) ? event : undefined;
  }

  function open(eventId: number): Promise<LoadedEvent | null> {
    const known = owned(eventId);
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
    return owned(eventId);
  }

  function reportEnded(event: LoadedEvent, holds: readonly Hold[], how: 'expired' | 'dropped'): void {
    if (holds.length > 0) for (const listener of listeners) listener(event, holds, how);
  }

  const drop = (eventId: number) => void events.delete(eventId);
  const isLoaded = (event: LoadedEvent) => events.get(event.ledger.rules.eventId) === event;
  const all = () => events.values();
  const refresher = createLedgerRefresher({ store, settled, clock, drop, all, isLoaded, reportEnded });

  return {
    open,
    settled,
    checkOwned: (eventId) => void fenceFor(eventId),
    loaded(eventId) {
      const event = owned(eventId);
      if (event) event.lastUsedAt = clock.measure();
      return event;
    },
    ...refresher,
    async endHolds(eventId) {
      const loaded = await settled(eventId);
      if (loaded) reportEnded(loaded, loaded.ledger.endAllHolds(), 'dropped');
    },
    forget(eventId) {
      events.delete(eventId);
    },
    all: () => events.entries(),
    decidesAbout,
    dropIdle() {
      const now = clock.now();
      for (const [eventId, event] of events) {
        if (!decidesAbout(event)) continue;
        const { ledger, lastUsedAt } = event;
        reportEnded(event, ledger.expire(now), 'expired');
        if (ledger.holdCount === 0 && lastUsedAt + idleMs < clock.measure()) events.delete(eventId);
      }
    },
    onHoldsEnded: (listener) => void listeners.push(listener),
  };
}
