import { createAccounting } from '../features/accounting/index.ts';
import { createAudit } from '../features/audit/index.ts';
import {
  claimBookings,
  createBooking,
  createPostgresBookingStore,
  loadLinkSecrets,
  loadTransactionSecrets,
} from '../features/booking/index.ts';
import { createCatalog } from '../features/catalog/index.ts';
import { createDelivery } from '../features/delivery/index.ts';
import { createIdentity, loadSecrets } from '../features/identity/index.ts';
import { createImport } from '../features/import/index.ts';
import {
  createInventory,
  createPostgresInventoryStore,
  createRedisHoldCopies,
  createRedisKeptAvailability,
} from '../features/inventory/index.ts';
import { createMail } from '../features/mail/index.ts';
import { createOrganizers, endAllRights } from '../features/organizers/index.ts';
import { createPaymentProviders, createPayments } from '../features/payments/index.ts';
import { createPricing } from '../features/pricing/index.ts';
import { createPrivacy } from '../features/privacy/index.ts';
import { createSearch } from '../features/search/index.ts';
import { createSeating } from '../features/seating/index.ts';
import { createStorefront } from '../features/storefront/index.ts';
import { createTicketCoding } from '../features/ticket-codes/index.ts';
import { createTickets } from '../features/tickets/index.ts';
import { acceptedValue } from '../platform/http/refused.ts';
import { soleOwnership } from '../platform/ownership/sole-ownership.ts';
import type { Transacting } from '../platform/postgres/database.ts';
import type { Platform } from './platform.ts';

/** What processes say to each other of pages. */
interface PagesMessage {
  readonly how: 'changed' | 'counted';
  readonly eventIds: readonly number[];
}

/** What the database keeps secret: read before the slices are made, because making them asks nothing of anybody. */
export type KeptSecrets = Awaited<ReturnType<typeof loadKeptSecrets>>;

export async function loadKeptSecrets(bypassingRls: Transacting) {
  return {
    installation: await loadSecrets(bypassingRls),
    orderLinks: await loadLinkSecrets(bypassingRls),
    transactions: await loadTransactionSecrets(bypassingRls),
  };
}

/** As many as `/api/organizers/{slug}/events` answers if nobody says how many. */
const organizerShows = 20;

export type Slices = ReturnType<typeof createSlices>;
export type SliceName = keyof Slices;

/**
 * Makes the slices of the platform's ports. Reads from top to bottom: each takes of those above it what its own ports ask for,
 * and none knows of one below.
 */
export function createSlices(platform: Platform, secrets: KeptSecrets) {
  const { database, clock, random, logger, metrics, pages, onFailure, baseUrl, isOpenAtMachine } = platform;
  const { internalSecret, attemptCounter, cache, reading } = platform;
  // A process that is alone asks for no fence: the statements of a purchase are as short as they can be.
  const isFenced = platform.ownership !== soleOwnership;
  const identity = createIdentity({
    bypassingRls: database.bypassingRls,
    clock,
    random,
    attemptCounter,
    publicUrl: platform.publicUrl,
    tokenCounts: metrics.caches.tokens,
    passwords: platform.passwords,
    accessTokenMinutes: platform.accessTokenMinutes,
    secondFactorRequired: platform.secondFactorRequired,
    secrets: {
      sessions: secrets.installation['guest-session'],
      refresh: secrets.installation['refresh-token'],
      internal: internalSecret ? Buffer.from(internalSecret.reveal()) : secrets.installation.internal,
    },
    denied: platform.denyList,
    announceChanges: platform.cluster && (async () => platform.cluster?.announce('accounts', null)),
    claimBookings,
    endAllRights,
    onFailure,
  });
  const ticketCodes = createTicketCoding({
    bypassingRls: database.bypassingRls,
    clock,
    ...(platform.sign && { sign: platform.sign }),
  });
  const seating = createSeating({ database, clock, pages });
  const inventorySlice = createInventory({
    store: createPostgresInventoryStore(database, { limitsHolds: platform.limitsHolds, isFenced }),
    holdCopies: platform.redis.shared && createRedisHoldCopies(platform.redis.shared),
    keptAvailability: platform.redis.cache && createRedisKeptAvailability(platform.redis.cache),
    clock,
    attemptCounter,
    random,
    metrics,
    pages,
    sessions: identity.sessions,
    seating,
    canWrite: () => database.canWrite,
    ownership: platform.ownership,
    atOwner: platform.atOwner,
    peers: platform.cluster?.peers ?? null,
    askAll: platform.cluster?.askAll ?? null,
    lookForOwners: async () => platform.cluster?.ownership.look(),
    onOtherDied: (listener) => platform.cluster?.onOtherDied(listener),
    onFailure: (error) => onFailure('writing the hold journal', error),
    onFeedFailure: (error) => onFailure('following an event', error),
    socketBounds: platform.socketBounds,
    onLedgerUse: platform.onLedgerUse,
  });
  const { inventory } = inventorySlice;
  const search = createSearch({
    database,
    reading,
    store: platform.searchStore,
    publicStore: platform.publicSearchStore,
    clock,
    cache,
    counts: metrics.caches.search,
  });
  const catalog = createCatalog({
    database,
    clock,
    random,
    logger,
    locks: platform.locks,
    inventory,
    codeGuesses: inventorySlice.codeGuesses,
    seating,
    pages,
    reading,
    search: {
      index: search.indexEvents,
      find: search.queries.searchEvents,
      findForPublic: search.queries.searchForPublic,
    },
    cache,
    counts: metrics.caches.events,
    onMinted: (count) => metrics.ticketsMinted.inc(count),
    announcePages: platform.cluster && ((how, eventIds) => platform.cluster?.announce('pages', { how, eventIds })),
  });
  const organizers = createOrganizers({
    database,
    clock,
    listEvents: catalog.queries.listEvents,
    shows: catalog.commands,
    accounts: { followChanges: identity.announceChanges },
  });
  const imports = createImport({ database, catalog, seating, clock });
  const pricing = createPricing({ database, clock, inventory, random });
  const tickets = createTickets({
    database,
    clock,
    inventory,
    catalog,
    random,
    locks: platform.locks,
    ownership: platform.ownership,
  });
  const providers = createPaymentProviders({
    database,
    clock,
    random,
    sandboxOn: platform.sandboxOn,
    sandboxSecret: secrets.installation['sandbox-webhook'],
    cards: platform.cards,
    organizers,
    openOutsideCall: platform.openOutsideCall,
    baseUrl,
    onFailure,
  });
  const bookingStore = createPostgresBookingStore(database, { isFenced });
  const booking = createBooking({
    database,
    knowsConsent: organizers.knowsConsent,
    store: bookingStore,
    inventory,
    clock,
    random,
    attemptCounter,
    metrics,
    cache,
    ownership: platform.ownership,
    atOwner: platform.atOwner,
    findReservationOfTicket: inventorySlice.findReservationOfTicket,
    unblock: tickets.unblock,
    ticketCodes: ticketCodes.codes,
    providers,
    linkSecrets: secrets.orderLinks,
    transactionSecrets: secrets.transactions,
    onFailure,
  });
  const { orderLinks } = booking;
  const payments = createPayments({ database, clock, random, providers, bookings: booking, organizers, onFailure });
  const accounting = createAccounting({ database, store: bookingStore, clock, orderLinks });
  const delivery = createDelivery({
    database,
    store: bookingStore,
    ticketCodes: ticketCodes.codes,
    clock,
    orderLinks,
    baseUrl,
  });
  const audit = createAudit({ database });
  const privacy = createPrivacy({
    database,
    clock,
    releaseHoldsOf: inventorySlice.releaseHoldsOf,
    doProven: identity.doProven,
    forgetTicketsOf: booking.forgetTicketsOf,
    contactDays: platform.contactDays,
  });
  const mail = createMail({
    database,
    clock,
    metrics,
    mailer: platform.mailer,
    isKept: platform.keepsMails,
    isOpen: isOpenAtMachine,
    baseUrl,
    bookings: {
      orderLink: orderLinks.path,
      giveBack: booking.giveBack,
      codes: booking.codes,
      calendar: delivery.calendar,
    },
    mailFrom: platform.mailFrom,
    onGivenUp: (fact) => logger.error(fact, 'a mail was given up'),
  });
  const storefront = createStorefront({
    webApp: platform.webApp,
    clock,
    baseUrl,
    withStripe: platform.cards?.name === 'stripe' && platform.cards.publishableKey !== undefined,
    sources: {
      event: catalog.queries.eventPage,
      wasPublic: catalog.queries.wasPublic,
      availability: inventorySlice.shownAvailability,
      seatMapPath: inventorySlice.seatMapPath,
      seriesName: catalog.queries.seriesName,
      organizer: organizers.publicOrganizer,
      showsOf: (organizerId) =>
        catalog.queries.listEvents({ organizerId, upcoming: true, limit: organizerShows }, { kind: 'public' }),
      shows: async () => acceptedValue(await search.queries.comingUp()),
      places: search.queries.listPlaces,
      sitemapFiles: search.queries.listSitemapFiles,
      publicShows: search.queries.listPublicShows,
      publicOrganizers: search.queries.listPublicOrganizers,
    },
    isOpenAtMachine,
  });
  catalog.onEventChanged(storefront.forgetEvent);
  catalog.onEventChanged(search.forgetAnswers);
  platform.cluster?.hear('accounts', () =>
    identity.followChanges().catch((error) => onFailure('following accounts', error)),
  );
  platform.cluster?.hear('pages', ({ how, eventIds }: PagesMessage) => catalog.renewPages(how, eventIds));
  // In this order they are started, and their jobs run; in reverse they are drained: bookings before the holds they end.
  return {
    identity,
    catalog,
    organizers,
    search,
    seating,
    imports,
    inventory: inventorySlice,
    live: inventorySlice.live,
    booking,
    accounting,
    delivery,
    audit,
    privacy,
    payments,
    tickets,
    ticketCodes,
    pricing,
    mail,
    storefront,
  };
}
