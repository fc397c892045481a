import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { sqlState, Unavailable } from '../../../platform/postgres/database.ts';
import type { EventLedger } from '../domain/ledger.ts';
import type { Hold, PlaceRow, SaleRules } from '../domain/types.ts';
import { countsPurchases, placeState } from '../domain/types.ts';
import type { InventoryStore } from '../store/inventory-store.ts';
import type { LoadedEvent } from './event-ledgers.ts';

/** Keeps ledgers in step with what others change in the database: staff, the catalogue, another program. */
export interface LedgerRefresher {
  /**
   * Reads rules and places again from the database, if the event is in memory. Called after a commit, so it does not throw
   * what PostgreSQL throws: what could not be read is read by {@link LedgerRefresher.catchUp}.
   */
  refresh(eventId: number): Promise<void>;
  /** The same for the rules alone: codes, prices, limits. */
  refreshRules(eventId: number): Promise<void>;
  /** The same for these tickets alone. */
  syncTickets(eventId: number, ticketIds: readonly string[]): Promise<void>;
  /** A booking of this reservation has tickets although its hold had ended: they count for its customer again. */
  countPurchase(eventId: number, reservationId: string): Promise<void>;
  /**
   * Runs a change of the database for which free places were taken out of the ledger before: meanwhile no reading of the
   * database, which still calls them free, puts them back.
   */
  withholding<T>(ticketIds: readonly string[], change: () => Promise<T>): Promise<T>;
  /** Reads what could not be read after a change because PostgreSQL was away. */
  catchUp(): Promise<void>;
  /** Reads events that the catalogue has changed without a word to us: whoever did died between its commit and saying so. */
  compare(): Promise<void>;
}

/** Places that changed in the ledger while they were read are read again, so often at once; then a second later. */
const readingsMax = 5;

export function createLedgerRefresher(parts: {
  readonly store: InventoryStore;
  /** The event if it is in memory, after a load under way is done. */
  readonly settled: (eventId: number) => Promise<LoadedEvent | undefined>;
  readonly clock: Pick<Clock, 'now'>;
  readonly drop: (eventId: number) => void;
  /** Those that are in memory. */
  readonly all: () => Iterable<LoadedEvent>;
  /** Whether it is still in memory: what is read for a ledger that was lost meanwhile is for nobody. */
  readonly isLoaded: (event: LoadedEvent) => boolean;
  readonly reportEnded: (event: LoadedEvent, holds: readonly Hold[], how: 'dropped') => void;
}): LedgerRefresher {
  const { store, settled, clock, drop, all, isLoaded, reportEnded } = parts;
  /** Tickets taken out of a ledger for a change of the database that is under way. */
  const withheld = new Set<string>();
  /** What is still to be read: these tickets, or everything, of an event. */
  const unread = new Map<number, Set<string> | 'all'>();

  function readLater(eventId: number, what: readonly string[] | 'all'): void {
    const before = unread.get(eventId) ?? new Set<string>();
    unread.set(eventId, what === 'all' || before === 'all' ? 'all' : before.union(new Set(what)));
  }

  async function orLater(read: Promise<void>, eventId: number, what: readonly string[] | 'all'): Promise<void> {
    try {
      await read;
    } catch (error) {
      if (!(error instanceof Unavailable) && sqlState(error) === undefined) throw error;
      readLater(eventId, what);
    }
  }

  /**
   * Updates the ledger with places that were read after it had the version `before`. Of a place that has changed in the
   * ledger since, nobody knows which state is newer, this one or the database's: these are answered, to be read again.
   */
  function apply(event: LoadedEvent, places: readonly PlaceRow[], before: string): string[] {
    if (!isLoaded(event)) return [];
    const { ledger } = event;
    const changes = ledger.changesSince(before);
    const changed = new Set(changes);
    const current: PlaceRow[] = [];
    const again: string[] = [];
    for (const place of places) {
      if (withheld.has(place.ticketId)) continue;
      if (changes === null || changed.has(place.placeNo)) again.push(place.ticketId);
      else current.push(place);
    }
    reportEnded(event, ledger.sync(current), 'dropped');
    return again;
  }

  /** Updates the ledger with every place in the database, chunk by chunk; answers what is to be read again. */
  async function applyAll(event: LoadedEvent): Promise<string[]> {
    const { ledger } = event;
    const { eventId } = ledger.rules;
    const atFirst = ledger.version;
    const found = new Set<number>();
    const again: string[] = [];
    let before = atFirst;
    await store.eachPlaces(eventId, (places) => {
      for (const { placeNo } of places) found.add(placeNo);
      again.push(...apply(event, places, before));
      before = ledger.version;
    });
    again.push(...apply(event, goneOf(ledger, found, clock.now()), atFirst));
    return again;
  }

  async function takeRules({ ledger }: LoadedEvent, rules: SaleRules): Promise<void> {
    const wereCounted = countsPurchases(ledger.rules);
    ledger.changeRules(rules);
    // From here on the ledger counts what it sells; what was sold before it reads, and knows which it has seen itself.
    if (wereCounted || !countsPurchases(rules)) return;
    ledger.learnPurchases(await store.loadPurchases(rules.eventId));
  }

  async function refreshRules(eventId: number): Promise<void> {
    const loaded = await settled(eventId);
    const event = loaded && (await store.loadEvent(eventId));
    if (event) await takeRules(loaded, event.rules);
  }

  async function refresh(eventId: number): Promise<void> {
    const loaded = await settled(eventId);
    if (!loaded) return;
    const event = await store.loadEvent(eventId);
    if (!isLoaded(loaded)) return;
    if (!event) return drop(eventId);
    if (event.seatingPlanId !== loaded.seatingPlanId) {
      // Another plan means other places: nothing was sold yet (the catalogue sees to that), so start over.
      reportEnded(loaded, loaded.ledger.endAllHolds(), 'dropped');
      return drop(eventId);
    }
    loaded.isPublic = event.isPublic;
    loaded.version = event.version;
    await takeRules(loaded, event.rules);
    const again = await applyAll(loaded);
    if (again.length > 0) await orLater(syncTickets(eventId, again), eventId, again);
  }

  async function syncTickets(eventId: number, ticketIds: readonly string[]): Promise<void> {
    const loaded = await settled(eventId);
    if (!loaded) return;
    const { ledger } = loaded;
    let left = ticketIds;
    for (let readings = 0; left.length > 0 && readings < readingsMax; readings++) {
      const before = ledger.version;
      const places = await store.loadPlacesOf(eventId, left);
      const found = new Set(places.map((place) => place.ticketId));
      const gone: PlaceRow[] = [];
      for (const ticketId of left) {
        const place = found.has(ticketId) ? undefined : ledger.stateOf(ticketId);
        if (place)
          gone.push({ placeNo: place.placeNo, ticketId, ticketTypeId: place.ticketTypeId, state: placeState.none });
      }
      left = apply(loaded, [...gone, ...places], before);
    }
    if (left.length > 0) readLater(eventId, left);
  }

  return {
    refresh: (eventId) => orLater(refresh(eventId), eventId, 'all'),
    refreshRules: (eventId) => orLater(refreshRules(eventId), eventId, 'all'),
    syncTickets: (eventId, ticketIds) => orLater(syncTickets(eventId, ticketIds), eventId, ticketIds),
    async countPurchase(eventId, reservationId) {
      const loaded = await settled(eventId);
      if (!loaded || !countsPurchases(loaded.ledger.rules)) return;
      const all = await store.loadPurchases(eventId);
      loaded.ledger.learnPurchases(all.filter((purchase) => purchase.reservationId === reservationId));
    },
    async withholding(ticketIds, change) {
      for (const ticketId of ticketIds) withheld.add(ticketId);
      try {
        return await change();
      } finally {
        for (const ticketId of ticketIds) withheld.delete(ticketId);
      }
    },
    async compare() {
      const loaded = [...all()];
      if (loaded.length === 0) return;
      const versions = await store.readVersions(loaded.map(({ ledger }) => ledger.rules.eventId));
      for (const event of loaded) {
        const { eventId } = event.ledger.rules;
        if (isLoaded(event) && versions.get(eventId) !== event.version) await orLater(refresh(eventId), eventId, 'all');
      }
    },
    async catchUp() {
      for (const [eventId, what] of [...unread]) {
        unread.delete(eventId);
        if (what === 'all') await orLater(refresh(eventId), eventId, what);
        else await orLater(syncTickets(eventId, [...what]), eventId, [...what]);
      }
    },
  };
}

/** The places that the ledger has and that are no longer live in the database. */
function goneOf(ledger: EventLedger, found: ReadonlySet<number>, now: Instant): PlaceRow[] {
  const gone: PlaceRow[] = [];
  const states = ledger.states(now);
  for (let placeNo = 0; placeNo < states.length; placeNo++) {
    if (states[placeNo] === placeState.none || found.has(placeNo)) continue;
    const ticketId = ledger.ticketIdAt(placeNo);
    const ticket = ticketId === undefined ? undefined : ledger.stateOf(ticketId);
    if (ticketId && ticket) gone.push({ placeNo, ticketId, ticketTypeId: ticket.ticketTypeId, state: placeState.none });
  }
  return gone;
}
