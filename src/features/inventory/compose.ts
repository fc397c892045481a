import type { RandomBytes } from '../../kernel/ids.ts';
import type { AttemptCounter } from '../../platform/attempt-counter/attempt-counter.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { PreparedPages } from '../../platform/http/prepared-pages.ts';
import type { AtOwner } from '../../platform/ownership/at-owner.ts';
import type { Ownership } from '../../platform/ownership/ownership.ts';
import type { Peers } from '../../platform/peers/peers.ts';
import type { Slice, SliceShape } from '../../platform/slice.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { createWebSockets, lookEveryMs, type SocketBounds } from '../../platform/web-sockets/web-sockets.ts';
import { createPlaceChanges } from './commands/change-places.ts';
import { createCodeGuesses } from './commands/code-guesses.ts';
import { createHoldCopier } from './commands/copy-holds.ts';
import { createEventLedgers } from './commands/event-ledgers.ts';
import { expireHolds, forgetHolds, sweepMs } from './commands/expire-holds.ts';
import { createInventoryAtOwner } from './commands/inventory-at-owner.ts';
import { createHoldJournal, journalDelayMs } from './commands/journal-holds.ts';
import { createKeepAvailability } from './commands/keep-availability.ts';
import { createPayingHolds } from './commands/paying-holds.ts';
import { createPlaceHold } from './commands/place-hold.ts';
import { createReleaseHolds, createReleaseHoldsOf } from './commands/release-holds-of.ts';
import { type OnLedgerUse, watchLedgers } from './commands/watch-ledgers.ts';
import { beginLedger } from './domain/create-ledger.ts';
import { createLiveRoutes } from './http/live.ts';
import { createLiveSocketRoutes } from './http/live-socket.ts';
import { createProposalRoutes } from './http/proposals.ts';
import { createReservationRoutes, type GuestSessions } from './http/reservations.ts';
import { pushEveryMs } from './live-feed/crowds.ts';
import { createLiveFeeds } from './live-feed/live-feeds.ts';
import type { Inventory, SeatingPlans } from './ports.ts';
import { createFindPlacesEverywhere } from './queries/find-places-everywhere.ts';
import { createFindReservationOfTicket } from './queries/find-reservation.ts';
import { createLivePages } from './queries/live-pages.ts';
import { createLivePlaces } from './queries/live-places.ts';
import { createProposePlaces } from './queries/propose-places.ts';
import { createShownAvailability } from './queries/shown-availability.ts';
import { createShownByOwner } from './queries/shown-by-owner.ts';
import { createShownHere } from './queries/shown-here.ts';
import type { HoldCopies } from './store/hold-copies.ts';
import type { InventoryStore } from './store/inventory-store.ts';
import type { KeptAvailability } from './store/kept-availability.ts';

const dropIdleMs = 60_000;
const catchUpMs = 1_000;
const compareMs = 10_000;
const copyAvailabilityMs = 1_000;
const forgetHoldsMs = 600_000;
/** Longer than owners hear from the ledger that their hold has expired. */
const keepEndedHoldsMs = 3_600_000;

/** Holds and what is free: the ledgers, their routes, and the jobs that keep them true. */
export function createInventory(parts: {
  readonly store: InventoryStore;
  /** Where others read copies of holds; null: nowhere. */
  readonly holdCopies: HoldCopies | null;
  /** Where others read how many places are free; null: nowhere. */
  readonly keptAvailability: KeptAvailability | null;
  readonly clock: Clock;
  readonly attemptCounter: AttemptCounter;
  readonly metrics: Metrics;
  readonly pages: PreparedPages;
  readonly sessions: GuestSessions;
  readonly seating: SeatingPlans;
  /** False while no purchase could be written. */
  readonly canWrite: () => boolean;
  readonly ownership: Ownership;
  /** Asks the owners of events; null where this process owns all. */
  readonly atOwner: AtOwner | null;
  /** Follows the events of others; null where this process owns all. */
  readonly peers: Peers | null;
  /** Asks every other process that lives; null where there are none. */
  readonly askAll: ((name: string, body: unknown) => Promise<readonly unknown[]>) | null;
  /** Reads anew who owns what. */
  readonly lookForOwners: () => Promise<void>;
  /** Hears of each time that another process is gone that was not seen leaving in order. */
  readonly onOtherDied: (listener: () => void) => void;
  readonly onFailure: (error: unknown) => void;
  readonly onFeedFailure: (error: unknown) => void;
  readonly socketBounds: SocketBounds;
  readonly random: RandomBytes;
  /** Hears of every use of a ledger: in tests. */
  readonly onLedgerUse?: OnLedgerUse | undefined;
}) {
  const { clock, metrics, pages, ownership, atOwner, onFailure, random, holdCopies: copies } = parts;
  const { keptAvailability: kept } = parts;
  const settled = (eventId: number) => ledgers.settled(eventId);
  const copier = copies && createHoldCopier({ store: parts.store, copies, settled, clock });
  const store = copier?.store ?? parts.store;
  const opened = createEventLedgers({ store, clock, beginLedger, seating: parts.seating, ownership, random });
  const ledgers = parts.onLedgerUse ? watchLedgers(opened, parts.onLedgerUse) : opened;
  const journal = createHoldJournal({
    store,
    clock,
    onFailure,
    onLost: (changes) => metrics.holdChangesLost.inc(changes),
  });
  const placeHold = createPlaceHold({ ledgers, journal, clock, metrics, canWrite: parts.canWrite, random });
  const codeGuesses = createCodeGuesses(parts.attemptCounter);
  const feeds = createLiveFeeds({
    ledgers,
    clock,
    random,
    ownership,
    peers: parts.peers,
    lookForOwners: parts.lookForOwners,
    onFailure: parts.onFeedFailure,
  });
  const shownHere = createShownHere({ ledgers, clock });
  const { shownElsewhere: elsewhere } = feeds;
  const events = elsewhere ? createShownByOwner({ here: shownHere, elsewhere, ownership }) : shownHere;
  const livePages = createLivePages({ events, clock, pages });
  const keepAvailability = kept && createKeepAvailability({ ledgers, kept, clock });
  const sockets = createWebSockets({ clock, metrics, bounds: parts.socketBounds });
  clock.onSet((byMs) => {
    for (const [, event] of ledgers.all()) {
      for (const { reservationId } of event.ledger.shiftDeadlines(byMs)) journal.keep(event, reservationId);
    }
  });
  ledgers.onHoldsEnded((event, holds, how) => forgetHolds({ journal, metrics }, event, holds, how));
  const livePlaces = createLivePlaces({ ledgers, clock });
  const { peers, askAll } = parts;
  const here: Inventory = {
    placeHold,
    releaseHolds: createReleaseHolds({ ledgers, journal, metrics, clock }),
    ...createPayingHolds({ ledgers, journal, metrics, clock }),
    ...createPlaceChanges({ ledgers, journal, placeHold, ownership, clock, metrics }),
    ...livePlaces,
    ...(peers && askAll && { findPlaces: createFindPlacesEverywhere({ here: livePlaces.findPlaces, peers, askAll }) }),
    refresh: ledgers.refresh,
    refreshRules: ledgers.refreshRules,
    syncTickets: ledgers.syncTickets,
  };
  const inventoryAtOwner = atOwner && createInventoryAtOwner({ here, ownership, atOwner, onFailure });
  const inventory = inventoryAtOwner ?? here;
  // What it has changed in them it may not have got to say: a raised capacity would stay unsold.
  parts.onOtherDied(() => inventoryAtOwner?.readLater([...ledgers.all()].map(([eventId]) => eventId)));
  ownership.beforeHandOver((isLeaving) => journal.writeAll(isLeaving));
  return {
    /** Reading availability and the states of seats: a slice of its own, because a process need not own an event to show it. */
    live: {
      routes: [createLiveRoutes(livePages), createLiveSocketRoutes({ feed: feeds.feed, sockets, clock })],
      jobs: [
        { name: 'push live frames', runs: 'in every process', everyMs: pushEveryMs, run: () => feeds.push() },
        { name: 'look after sockets', runs: 'in every process', everyMs: lookEveryMs, run: async () => sockets.look() },
      ],
      consumers: [],
      drain: async () => feeds.close(),
    } satisfies Slice,
    inventory,
    codeGuesses,
    /** The availability as anybody sees it, for a page; null: there is no such event. */
    shownAvailability: createShownAvailability({
      events,
      pages: livePages,
      kept,
      ownership,
      clock,
      counts: metrics.caches.availability,
    }),
    /** Where the seat map of an event lies; null: it has none, or there is no such event for the public. */
    seatMapPath: livePages.seatMapPath,
    /** The event of a ticket, live or not; null if unknown. */
    findEventOfTicket: (ticketId: string) => store.findEventOfTicket(ticketId),
    findReservationOfTicket: createFindReservationOfTicket({ store, ledgers, clock }),
    releaseHoldsOf: createReleaseHoldsOf({ journal, releaseHolds: inventory.releaseHolds }),
    routes: [
      createReservationRoutes({
        ledgers,
        store,
        journal,
        clock,
        metrics,
        placeHold: inventory.placeHold,
        codeGuesses,
        sessions: parts.sessions,
      }),
      createProposalRoutes({ proposePlaces: createProposePlaces({ ledgers, clock }), codeGuesses }),
    ],
    jobs: [
      {
        name: 'expire holds',
        runs: 'where the event is owned',
        everyMs: sweepMs,
        run: async () => expireHolds({ ledgers, journal, clock, metrics }),
      },
      { name: 'journal holds', runs: 'where the event is owned', everyMs: journalDelayMs, run: () => journal.flush() },
      {
        name: 'forget old holds',
        runs: 'once in the cluster',
        everyMs: forgetHoldsMs,
        run: () => store.forgetHolds(clock.now() - keepEndedHoldsMs),
      },
      {
        name: 'catch up with the database',
        runs: 'in every process',
        everyMs: catchUpMs,
        async run() {
          await ledgers.catchUp();
          await inventoryAtOwner?.catchUp();
        },
      },
      {
        name: 'see what the catalogue has changed',
        runs: 'where the event is owned',
        everyMs: compareMs,
        run: () => ledgers.compare(),
      },
      {
        name: 'copy availability',
        runs: 'where the event is owned',
        everyMs: copyAvailabilityMs,
        run: async () => keepAvailability?.(),
      },
      { name: 'drop idle ledgers', runs: 'in every process', everyMs: dropIdleMs, run: async () => ledgers.dropIdle() },
    ],
    consumers: [],
    /** Writes the holds that are not written yet. */
    async drain() {
      await journal.flush();
      await copier?.settle();
      await keepAvailability?.();
    },
  } satisfies SliceShape;
}
