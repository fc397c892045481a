import { type RandomBytes, randomClearText, systemRandom } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import type { CreateLedger, EventLedger } from '../domain/ledger.ts';
import type { Hold, PlaceRow } from '../domain/types.ts';
import { placeState } from '../domain/types.ts';
import type { InventoryStore } from '../store/inventory-store.ts';

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
  lastUsedAt: number;
}

/** The ledgers of all events on sale: loaded from the records on first use, dropped when idle. */
export interface EventLedgers {
  /** The event if its ledger is in memory: the hot path, without a promise. */
  loaded(eventId: number): LoadedEvent | undefined;
  /** The event, loaded if need be; null if there is no such event. */
  open(eventId: number): Promise<LoadedEvent | null>;
  /** Runs `work` on the event's ledger in one turn. Throws if there is no such event. */
  use<T>(eventId: number, work: (ledger: EventLedger) => T): Promise<T>;
  /**
   * Reads rules and places again from the records, if the event is in memory. Called after a commit, so it does not throw
   * while PostgreSQL is away: what could not be read is read by {@link EventLedgers.catchUp}.
   */
  refresh(eventId: number): Promise<void>;
  /** The same for these tickets alone. */
  syncTickets(eventId: number, ticketIds: readonly string[]): Promise<void>;
  /** Reads what could not be read after a change because PostgreSQL was away. */
  catchUp(): Promise<void>;
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
  readonly createLedger: CreateLedger;
  readonly loadGeometry: (seatingPlanId: number) => Promise<SeatGeometry>;
  readonly random?: RandomBytes;
}

export function createEventLedgers(parts: EventLedgersParts): EventLedgers {
  const { store, clock, createLedger, loadGeometry, random = systemRandom } = parts;
  const events = new Map<number, LoadedEvent>();
  const loading = new Map<number, Promise<LoadedEvent | null>>();
  const listeners: Parameters<EventLedgers['onHoldsEnded']>[0][] = [];

  async function load(eventId: number): Promise<LoadedEvent | null> {
    const event = await store.loadEvent(eventId);
    if (!event) return null;
    const { rules, seatingPlanId, seatMapHash, isPublic } = event;
    const geometry = seatingPlanId === null ? null : await loadGeometry(seatingPlanId);
    const places = await store.loadPlaces(eventId);
    const boughtBy = rules.limitPerCustomer === null ? new Map() : await store.loadBoughtBy(eventId);
    const holds = await store.loadHolds(eventId, clock.now());
    const epoch = randomClearText(6, random);
    const ledger = createLedger({ epoch, rules, geometry, places, holds, boughtBy }, clock.now());
    const loaded = { ledger, geometry, seatingPlanId, seatMapHash, isPublic, lastUsedAt: clock.now() };
    events.set(eventId, loaded);
    return loaded;
  }

  function open(eventId: number): Promise<LoadedEvent | null> {
    const known = events.get(eventId);
    if (known) {
      known.lastUsedAt = clock.now();
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

  async function refresh(eventId: number): Promise<void> {
    const loaded = await settled(eventId);
    if (!loaded) return;
    const event = await store.loadEvent(eventId);
    if (!event) {
      events.delete(eventId);
      return;
    }
    if (event.seatingPlanId !== loaded.seatingPlanId) {
      // Another plan means other places: nothing was sold yet (the catalogue sees to that), so start over.
      tell(eventId, loaded.ledger.endAllHolds(), 'dropped');
      events.delete(eventId);
      return;
    }
    loaded.isPublic = event.isPublic;
    loaded.ledger.changeRules(event.rules);
    const before = loaded.ledger.version;
    const places = await store.loadPlaces(eventId);
    // A place that changed here while we read is newer here: its own commit brings ledger and records together.
    const changed = new Set(loaded.ledger.changesSince(before) ?? []);
    const unchanged = withGone(loaded.ledger, places).filter((place) => !changed.has(place.placeNo));
    tell(eventId, loaded.ledger.sync(unchanged), 'dropped');
  }

  async function syncTickets(eventId: number, ticketIds: readonly string[]): Promise<void> {
    const loaded = await settled(eventId);
    if (!loaded) return;
    const places = await store.loadPlacesOf(eventId, ticketIds);
    const found = new Set(places.map((place) => place.ticketId));
    const gone: PlaceRow[] = [];
    for (const ticketId of ticketIds) {
      const place = found.has(ticketId) ? undefined : loaded.ledger.stateOf(ticketId);
      if (place)
        gone.push({ placeNo: place.placeNo, ticketId, ticketTypeId: place.ticketTypeId, state: placeState.none });
    }
    tell(eventId, loaded.ledger.sync([...gone, ...places]), 'dropped');
  }

  /** What was to be read while PostgreSQL was away: these tickets, or everything, of an event. */
  const unread = new Map<number, Set<string> | 'all'>();

  async function orLater(read: Promise<void>, eventId: number, what: readonly string[] | 'all'): Promise<void> {
    try {
      await read;
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      const before = unread.get(eventId) ?? new Set<string>();
      unread.set(eventId, what === 'all' || before === 'all' ? 'all' : before.union(new Set(what)));
    }
  }

  return {
    open,
    loaded(eventId) {
      const event = events.get(eventId);
      if (event) event.lastUsedAt = clock.now();
      return event;
    },
    async use(eventId, work) {
      const event = await open(eventId);
      if (!event) throw new Error(`There is no event ${eventId}`);
      return work(event.ledger);
    },
    refresh: (eventId) => orLater(refresh(eventId), eventId, 'all'),
    syncTickets: (eventId, ticketIds) => orLater(syncTickets(eventId, ticketIds), eventId, ticketIds),
    async catchUp() {
      for (const [eventId, what] of [...unread]) {
        unread.delete(eventId);
        await orLater(
          what === 'all' ? refresh(eventId) : syncTickets(eventId, [...what]),
          eventId,
          what === 'all' ? 'all' : [...what],
        );
      }
    },
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
        if (ledger.holdCount === 0 && lastUsedAt + idleMs < now) events.delete(eventId);
      }
    },
    onHoldsEnded: (listener) => void listeners.push(listener),
  };
}

/** The places as read, and a word on those the ledger still has but the records no longer know as live. */
function withGone(ledger: EventLedger, places: readonly PlaceRow[]): PlaceRow[] {
  const known = new Set(places.map((place) => place.placeNo));
  const all = [...places];
  const states = ledger.states();
  for (let placeNo = 0; placeNo < states.length; placeNo++) {
    if (states[placeNo] === placeState.none || known.has(placeNo)) continue;
    const ticketId = ledger.ticketIdAt(placeNo);
    const ticket = ticketId === undefined ? undefined : ledger.stateOf(ticketId);
    if (ticketId && ticket) all.push({ placeNo, ticketId, ticketTypeId: ticket.ticketTypeId, state: placeState.none });
  }
  return all;
}
