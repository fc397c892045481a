import { availableParallelism } from 'node:os';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import { isFronted } from '../contract/direct-request.ts';
import { createAnswerHeaders } from '../edges/http/answer-headers.ts';
import { createClientAddress } from '../edges/http/client-address.ts';
import { problemBody } from '../edges/http/errors.ts';
import type { LimitRules } from '../edges/http/limits/limit-rules.ts';
import { limitPages } from '../edges/http/limits/limited-pages.ts';
import { createNoLimits, createRequestLimits } from '../edges/http/limits/request-limits.ts';
import { createMetricsAccess } from '../edges/http/metrics-access.ts';
import { createPreparedPages } from '../edges/http/prepared-pages.ts';
import { createHttpServer } from '../edges/http/server.ts';
import type { Tls } from '../edges/http/web-server.ts';
import { createAccounting } from '../features/accounting/index.ts';
import { createAudit } from '../features/audit/index.ts';
import {
  appendBookingEvent,
  claimBookings,
  createBooking,
  createOrderLinks,
  createPostgresBookingStore,
  loadTransactionSecrets,
  type OrderLinks,
} from '../features/booking/index.ts';
import { createCatalog } from '../features/catalog/index.ts';
import {
  createIdentity,
  createInternalTokens,
  createSessionTokens,
  type InternalTokens,
  loadSecrets,
} from '../features/identity/index.ts';
import { createImport } from '../features/import/index.ts';
import { createInventory, createPostgresInventoryStore } from '../features/inventory/index.ts';
import { createMail } from '../features/mail/index.ts';
import {
  createOrganizers,
  endAllRights,
  findPublicOrganizer,
  readPaymentAccount,
} from '../features/organizers/index.ts';
import { type CardCompany, createPayments } from '../features/payments/index.ts';
import { createPricing } from '../features/pricing/index.ts';
import { createPrivacy } from '../features/privacy/index.ts';
import { createSearch } from '../features/search/index.ts';
import { createSeating } from '../features/seating/index.ts';
import { createTickets } from '../features/tickets/index.ts';
import type { RandomBytes } from '../kernel/ids.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Clock } from '../platform/clock/clock.ts';
import { createKeptMailer } from '../platform/mail/kept-mailer.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { createOutboxRelay } from '../platform/message-bus/outbox-relay.ts';
import type { OutsideCall, OutsideCallSettings } from '../platform/outside-call/outside-call.ts';
import { createPasswordHash } from '../platform/password-hash/password-hash.ts';
import type { Database } from '../platform/postgres/database.ts';
import { everybody } from '../platform/postgres/scope.ts';
import { createInProcessRateLimiter } from '../platform/rate-limits/in-process-rate-limiter.ts';
import type { Job } from '../platform/scheduler/run-jobs.ts';
import { createMetrics, type Metrics } from '../platform/telemetry/metrics.ts';

/** What an Onsale is made of, wherever it runs: in a server process, in a command, in a test. */
export interface CoreParts {
  /** Migrated. */
  readonly database: Database;
  readonly clock: Clock;
  readonly logger: FastifyBaseLogger;
  readonly version: string;
  readonly publicUrl: string | undefined;
  /** Sandbox payments: off in production. */
  readonly sandboxOn: boolean;
  /** Who takes cards instead of the sandbox. */
  readonly cards?: CardCompany | undefined;
  /** How patient calls to other companies' services are, where not as usual. */
  readonly outsideCalls?: Partial<OutsideCallSettings> | undefined;
  /** Other guards of outside calls: the simulation's, in virtual time. */
  readonly openOutsideCall?: (() => OutsideCall) | undefined;
  /** Where mails go. Left out: kept in the database, to be read at `/dev/mail`. */
  readonly mailer?: Mailer | undefined;
  /** Whom mails come from: `Name <address>`. */
  readonly mailFrom?: string;
  /** The address that links in mails begin with. */
  readonly baseUrl?: () => string;
  readonly isProduction?: boolean;
  /** Who sends it may read the metrics; without one whoever sits at the machine, outside production. */
  readonly metricsToken?: Secret | undefined;
  /** Requests and jobs that take so long are told in the log; none if left out. */
  readonly slowMs?: number;
  /** How often anybody may ask; left out: no limits. */
  readonly limitRules?: LimitRules | null;
  /** Whether nobody may hold too many places of an event at once; left out: anybody may. */
  readonly limitsHolds?: boolean;
  /** Addresses and networks whose forwarding headers count. */
  readonly trustedProxies?: readonly string[];
  /** Origins of pages elsewhere that may call us. */
  readonly corsOrigins?: readonly string[];
  /** With it, the server speaks HTTPS. */
  readonly tls?: Tls | undefined;
  /** How long an access token lives; 15 if left out. */
  readonly accessTokenMinutes?: number;
  /** Whether staff may do nothing before a second factor is set up. */
  readonly secondFactorRequired?: boolean;
  /** What the processes of one Onsale sign for each other with; the installation's own if left out. */
  readonly internalSecret?: Secret | undefined;
  /** Rounds of a password's hash (as a power of two); what is safe if left out. */
  readonly passwordCost?: number;
  readonly random?: RandomBytes;
  /** How long after a show its buyers' contacts are kept; three years if left out. */
  readonly contactDays?: number | undefined;
  /** Its own if left out. */
  readonly metrics?: Metrics;
}

export interface Core {
  /** Ready to `listen` or to `inject` into. */
  readonly http: FastifyInstance;
  readonly catalog: ReturnType<typeof createCatalog>;
  readonly seating: ReturnType<typeof createSeating>;
  readonly metrics: Metrics;
  /** The way of guests back to their orders. */
  readonly orderLinks: OrderLinks;
  /** To be run again and again while the server is up. */
  readonly jobs: readonly Job[];
  /** By which the processes of one Onsale know each other; never taken from outside. */
  readonly internalTokens: InternalTokens;
  /** Hands waiting messages to their consumers now; answers how many. */
  readonly relay: () => Promise<number>;
  /** Brings to an end what a process that died left open. Called once, before requests are taken. */
  readonly settleLeftovers: () => Promise<number>;
  /** Finishes what runs and writes what is not written. Called after the last request. */
  readonly drain: () => Promise<void>;
}

const relayEveryMs = 500;
const contactDaysDefault = 1_095;
const forgetMessagesEveryMs = 3_600_000;

/** A core with its HTTP server. */
export async function createCore(parts: CoreParts): Promise<Core> {
  const { routes, ...slices } = await createSlices(parts);
  const clientAddress = createClientAddress(parts.trustedProxies ?? []);
  const limiter = createInProcessRateLimiter(parts);
  const limits = parts.limitRules
    ? createRequestLimits({ limiter, rules: parts.limitRules, clientAddress })
    : createNoLimits(clientAddress);
  const isHttps = parts.tls !== undefined || (parts.publicUrl?.startsWith('https:') ?? false);
  const answerHeaders = createAnswerHeaders({ isHttps, origins: parts.corsOrigins ?? [] });
  const http = await createHttpServer({
    ...parts,
    ...slices,
    limits,
    answerHeaders,
    pages: limitPages(slices.pages, limits, answerHeaders),
    trustedOrigins: (parts.corsOrigins ?? []).filter((origin) => origin !== '*'),
    tls: parts.tls,
    slowMs: parts.slowMs || Number.POSITIVE_INFINITY,
    mayReadMetrics: createMetricsAccess({ token: parts.metricsToken, isOpen: isOpenAtMachine(parts) }),
    routes: Object.values(routes).flat(),
    readiness: () => readiness(parts.database, parts.clock),
  });
  return { http, ...slices };
}

/**
 * Puts the slices together on a database, without a server in front of them. Reads top to bottom: technical ports,
 * slices, routes, jobs.
 */
export async function createSlices(parts: CoreParts) {
  const { database, clock, logger, metrics = createMetrics() } = parts;
  const pages = createPreparedPages(metrics.caches.pages);
  metrics.watchPools(() => database.pools());
  const onFailure = (what: string, error: unknown) => logger.error({ err: error }, `${what} failed`);

  const secrets = await loadSecrets(database);
  const sessionTokens = createSessionTokens(secrets['guest-session'], parts.random);
  const sessions = { ...sessionTokens, cookie: (token: string) => sessionCookieLine(token, parts.publicUrl) };
  const seating = createSeating({ database, clock, pages });
  const inventoryStore = createPostgresInventoryStore(database, parts);
  const inventory = createInventory({
    ...parts,
    store: inventoryStore,
    metrics,
    pages,
    sessions,
    async loadGeometry(seatingPlanId) {
      const geometry = await seating.loadGeometry(database, seatingPlanId);
      if (!geometry) throw new Error(`Seating plan ${seatingPlanId} is gone`);
      return geometry;
    },
    canWrite: () => database.canWrite,
    onFailure: (error) => onFailure('writing the hold journal', error),
  });
  const { ledgers, holdEnds } = inventory;
  const search = createSearch({ database, clock });
  const catalog = createCatalog({
    ...parts,
    database,
    clock,
    logger,
    ledgers,
    codeGuesses: inventory.codeGuesses,
    seating,
    pages,
    search: { index: search.indexEvents, find: search.queries.searchEvents },
    onMinted: (count) => metrics.ticketsMinted.inc(count),
  });
  const organizers = createOrganizers({
    database,
    clock,
    listEvents: catalog.queries.listEvents,
    shows: catalog.commands,
    rolesChanged: () => identity.followChanges(),
  });
  const imports = createImport({ database, catalog, seating, clock });
  const baseUrl = () => parts.publicUrl ?? parts.baseUrl?.() ?? 'http://localhost:3000';
  const payments = createPayments({
    ...parts,
    metrics,
    baseUrl,
    sandboxSecret: secrets['sandbox-webhook'],
    paymentAccountOf: (organizerId) => readPaymentAccount(database.as({ organizerId }), organizerId),
    findOrganizer: async (slug) => (await findPublicOrganizer(database.as(everybody), slug))?.organizerId ?? null,
    settleBooking: (bookingId, provider, reference) => booking.settleBooking(bookingId, provider, reference),
    capture: (work) => booking.capture(work),
    requestRefund: (request, context) => booking.refundBooking(request, context),
    matchRefunds: {
      ofPayment: (provider, reference) => booking.matchRefunds.ofPayment(provider, reference),
      note: (provider, money) => booking.matchRefunds.note(provider, money),
    },
    appendBookingEvent,
    onFailure,
  });
  const bookingStore = createPostgresBookingStore(database);
  const orderLinks = await createOrderLinks({ database, clock });
  const booking = createBooking({
    ...parts,
    placeHold: inventory.placeHold,
    unblock: (wish, context) => tickets.unblock(wish, context),
    orderLinks,
    ...payments,
    store: bookingStore,
    ledgers,
    holdEnds,
    metrics,
    transactionSecrets: await loadTransactionSecrets(database),
    declinedAnswer({ bookingId, failureCode, expiresAt }, context) {
      const facts = { bookingId, failureCode, expiresAt: new Date(expiresAt).toISOString() };
      return { status: 402, body: problemBody({ code: 'PAYMENT_DECLINED', ...facts }, context.correlationId) };
    },
    async findReservationOfTicket(ticketId) {
      const eventId = await inventoryStore.findEventOfTicket(ticketId);
      const event = eventId === null ? null : await ledgers.open(eventId);
      const hold = event?.ledger.findByTicket(ticketId, null, clock.now());
      return hold?.reservationId ?? (await inventoryStore.findReservationOfTicket(ticketId));
    },
    onFailure,
  });

  const accounting = createAccounting({ database, store: bookingStore, clock, orderLinks });
  const audit = createAudit({ database });
  const privacy = createPrivacy({
    database,
    clock,
    releaseHoldsOf: inventory.releaseHoldsOf,
    doProven: (...given) => identity.doProven(...given),
    contactDays: parts.contactDays ?? contactDaysDefault,
  });
  const pricing = createPricing({ database, clock, ledgers });
  const tickets = createTickets({ ...parts, ledgers, holdEnds, catalog });
  const mail = createMail({
    database,
    clock,
    metrics,
    mailer: parts.mailer ?? createKeptMailer({ database, clock }),
    isKept: parts.mailer === undefined,
    isOpen: isOpenAtMachine(parts),
    links: {
      baseUrl,
      orderLink: orderLinks.path,
    },
    mailFrom: parts.mailFrom ?? 'Onsale <tickets@localhost>',
    onGivenUp: (fact) => logger.error(fact, 'a mail was given up'),
  });
  const identity = createIdentity({
    ...parts,
    tokenCounts: metrics.caches.tokens,
    sessions,
    passwords: createPasswordHash({
      atOnce: availableParallelism() > 2 ? 2 : 1,
      ...(parts.passwordCost && { cost: parts.passwordCost }),
    }),
    accessTokenMinutes: parts.accessTokenMinutes ?? 15,
    secondFactorRequired: parts.secondFactorRequired ?? false,
    refreshSecret: secrets['refresh-token'],
    claimBookings,
    endAllRights,
    onFailure,
  });
  const relay = createOutboxRelay({
    database,
    consumers: [...catalog.consumers, ...booking.consumers, ...mail.consumers],
    measure: () => clock.measure(),
    // Not what it says: it may carry a link that opens an account.
    onPoison: ({ messageId, topic }, error) =>
      logger.error({ err: error, messageId, topic }, 'a message cannot be handled'),
  });
  return {
    catalog,
    seating,
    metrics,
    orderLinks,
    pages,
    sessionTokens,
    identify: identity.identify,
    ownsThing: organizers.ownsThing,
    internalTokens: createInternalTokens(
      parts.internalSecret ? Buffer.from(parts.internalSecret.reveal()) : secrets.internal,
    ),
    routes: {
      identity: identity.routes,
      catalog: [catalog.routes],
      organizers: organizers.routes,
      search: [search.routes],
      seating: seating.routes,
      imports: [imports.routes],
      inventory: inventory.routes,
      booking: booking.routes,
      accounting: accounting.routes,
      audit: audit.routes,
      privacy: privacy.routes,
      payments: payments.routes,
      tickets: tickets.routes,
      pricing: pricing.routes,
      mail: mail.routes,
    },
    relay,
    jobs: [
      ...inventory.jobs,
      ...booking.jobs,
      ...tickets.jobs,
      ...accounting.jobs,
      ...privacy.jobs,
      ...payments.jobs,
      ...mail.jobs,
      ...identity.jobs,
      { name: 'relay messages', everyMs: relayEveryMs, run: async () => void (await relay()) },
      { name: 'forget old messages', everyMs: forgetMessagesEveryMs, run: () => forgetMessages(database) },
    ],
    async settleLeftovers() {
      await payments.takeOver();
      return booking.settleLeftovers();
    },
    async drain() {
      await booking.drain();
      await inventory.flush();
      await relay();
      await mail.close();
    },
  };
}

/** Who asks wants to know soon: PostgreSQL that has not answered by then does not work. */
const readinessMs = 1_800;

/** Whether who sits at the machine is known by that: not in production, nor where something stands in front of us. */
function isOpenAtMachine(parts: CoreParts): boolean {
  return !parts.isProduction && !isFronted(parts);
}

async function readiness(database: Database, clock: Clock): Promise<{ ready: boolean; degraded: string[] }> {
  if (!database.canWrite) return { ready: false, degraded: ['postgres: disk full'] };
  const asked = database.query({ name: 'ready', text: 'SELECT 1' }).then(
    () => true,
    () => false,
  );
  let cancel = () => {};
  const late = new Promise<boolean>((done) => {
    cancel = clock.after(readinessMs, () => done(false));
  });
  const ready = await Promise.race([asked, late]);
  cancel();
  return { ready, degraded: ready ? [] : ['postgres'] };
}

/** What a consumer has received long ago will not be delivered again. */
async function forgetMessages(database: Database): Promise<void> {
  await database.query(`DELETE FROM inbox WHERE received_at < now() - interval '7 days'`);
}

function sessionCookieLine(token: string, publicUrl: string | undefined): string {
  const attributes = 'Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000';
  const isHttps = publicUrl?.startsWith('https:') ?? false;
  return isHttps ? `__Host-onsale_session=${token}; ${attributes}; Secure` : `onsale_session=${token}; ${attributes}`;
}
