import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import { connectionsOf, type Settings } from '../config.ts';
import { changeLimitRules, type LimitRules } from '../edges/http/limits/limit-rules.ts';
import { type ListenAddress, localUrl } from '../edges/http/listening.ts';
import { type AnsweringPages, createPreparedPages } from '../edges/http/prepared-pages.ts';
import type { Tls } from '../edges/http/web-server.ts';
import type { OnLedgerUse } from '../features/inventory/index.ts';
import { type CardCompany, openStripeCards } from '../features/payments/index.ts';
import { createPostgresSearchStore, type SearchStore } from '../features/search/index.ts';
import { type RandomBytes, systemRandom } from '../kernel/ids.ts';
import type { ProcessRole } from '../kernel/process-role.ts';
import type { Secret } from '../kernel/secret.ts';
import type { AttemptCounter } from '../platform/attempt-counter/attempt-counter.ts';
import { createInProcessAttemptCounter } from '../platform/attempt-counter/in-process-attempt-counter.ts';
import { createPostgresAttemptCounter } from '../platform/attempt-counter/postgres-attempt-counter.ts';
import { type Clock, systemClock } from '../platform/clock/clock.ts';
import { isFronted } from '../platform/http/direct-request.ts';
import type { Locks } from '../platform/locks/locks.ts';
import { createKeptMailer } from '../platform/mail/kept-mailer.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { createSmtpMailer } from '../platform/mail/smtp-mailer.ts';
import { createEmbeddedBus } from '../platform/messages/embedded-bus.ts';
import type { MessageBus } from '../platform/messages/message-bus.ts';
import {
  createOutsideCall,
  type OutsideCall,
  type OutsideCallSettings,
} from '../platform/outside-call/outside-call.ts';
import type { AtOwner } from '../platform/ownership/at-owner.ts';
import type { Ownership } from '../platform/ownership/ownership.ts';
import { soleOwnership } from '../platform/ownership/sole-ownership.ts';
import { createPasswordHash, type PasswordHash } from '../platform/password-hash/password-hash.ts';
import { type Database, openDatabase } from '../platform/postgres/database.ts';
import { migrate } from '../platform/postgres/migrate.ts';
import { everybody } from '../platform/postgres/scope.ts';
import type { RateLimiter } from '../platform/rate-limits/rate-limiter.ts';
import { createMetrics, type Metrics } from '../platform/telemetry/metrics.ts';
import { openWebApp } from '../platform/web-app/built-web-app.ts';
import { noWebApp, type WebApp } from '../platform/web-app/web-app.ts';
import { type SocketBounds, socketBounds } from '../platform/web-sockets/web-sockets.ts';
import { version } from '../version.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { generalConnections, privateConnectionsMax, privateServerConnections } from './connections.ts';
import { openLog } from './log.ts';
import {
  chooseLocks,
  chooseRateLimiter,
  noRedis,
  openRedisServers,
  type RedisServers,
  type RedisWish,
} from './redis.ts';
import { openStorage, type Storage, type StorageEvents } from './storage.ts';
import type { Parent } from './worker.ts';

// The list of ports. Nothing else in src/compose reads the settings, and nothing at all chooses an adapter elsewhere.

/** What an Onsale stands on, wherever it runs: in a server process, in a command, in a test. */
export interface Platform extends Ports, Choices {
  /** Reports that something failed which nobody waits for. */
  readonly onFailure: (what: string, error: unknown) => void;
  /** The address that links in mails begin with. */
  readonly baseUrl: () => string;
  /** Whether who sits at the machine is known by that: not in production, nor where something stands in front of us. */
  readonly isOpenAtMachine: boolean;
  /** Ends what the ports have open. Called last, after the slices are drained. */
  close(): Promise<void>;
}

/** Everything outside the rules, each behind an interface of its own. */
interface Ports {
  /** Migrated. */
  readonly database: Database;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly passwords: PasswordHash;
  readonly mailer: Mailer;
  /** Whether mails are kept in the database, to be read at `/dev/mail`. */
  readonly keepsMails: boolean;
  readonly bus: MessageBus;
  readonly searchStore: SearchStore;
  /** What is shared with other processes and may be lost. */
  readonly redis: RedisServers;
  /** Where wrong passwords and codes and declined cards are counted. */
  readonly attemptCounter: AttemptCounter;
  /** What keeps changes of many steps apart. */
  readonly locks: Locks;
  /** Where it is counted how often anybody asks. */
  readonly rateLimiter: RateLimiter;
  /** Who takes cards; null: nobody but the sandbox, where that is on. */
  readonly cards: CardCompany | null;
  /** The guard through which the service of another company is called. */
  readonly openOutsideCall: (service: string) => OutsideCall;
  readonly pages: AnsweringPages;
  /** What the pages of the shop load. */
  readonly webApp: WebApp;
  /** Which events this process decides about. */
  readonly ownership: Ownership;
  /** Asks the processes that decide about the others; null where this one owns all. */
  readonly atOwner: AtOwner | null;
  /** What it has besides as one of several processes; null where it is alone. */
  readonly cluster: Cluster | null;
  /** Hears of every use of a ledger: in tests. */
  readonly onLedgerUse?: OnLedgerUse;
}

/** What the operator has chosen, as it is used. */
interface Choices {
  /** Which parts of Onsale this process is. */
  readonly roles: readonly ProcessRole[];
  readonly version: string;
  readonly isProduction: boolean;
  /** Where buyers see us, where that is not where we listen. */
  readonly publicUrl: string | undefined;
  /** With it, the server speaks HTTPS. */
  readonly tls: Tls | undefined;
  /** Addresses and networks whose forwarding headers count. */
  readonly trustedProxies: readonly string[];
  /** Origins of pages elsewhere that may call us. */
  readonly corsOrigins: readonly string[];
  /** Whether the sandbox takes cards where no company does: not in production. */
  readonly sandboxOn: boolean;
  /** Whom mails come from: `Name <address>`. */
  readonly mailFrom: string;
  /** Who sends it may read the metrics; without one whoever sits at the machine, outside production. */
  readonly metricsToken: Secret | undefined;
  /** Requests and jobs that take so many milliseconds get a line in the log; supplied as 0: none do. */
  readonly slowMs: number;
  /** How often anybody may ask; null: as often as they like. */
  readonly limitRules: LimitRules | null;
  /** How many sockets may be open. */
  readonly socketBounds: SocketBounds;
  /** Whether nobody may hold too many places of an event at once. */
  readonly limitsHolds: boolean;
  readonly accessTokenMinutes: number;
  /** Whether staff may do nothing before a second factor is set up. */
  readonly secondFactorRequired: boolean;
  /** What the processes of one Onsale sign for each other with; undefined: the installation's own. */
  readonly internalSecret: Secret | undefined;
  /** How long after a show its buyers' contacts are kept. */
  readonly contactDays: number;
}

/** What is there before anything is chosen, and whatever is to stand in place of what the settings would choose. */
export interface SuppliedPorts extends Partial<Ports & Choices> {
  readonly database: Database;
  readonly logger: FastifyBaseLogger;
  /** Where this process listens. */
  readonly ownAddress: () => string;
  /** How patient calls to other companies' services are, where not as usual. */
  readonly outsideCalls?: Partial<OutsideCallSettings>;
  /** Rounds of a password's hash, as a power of two, where not as is safe. */
  readonly passwordCost?: number;
  /** Where attempts are counted: in this process as long as it is the only one, in PostgreSQL for any number of them. */
  readonly attemptsCountedIn?: 'process' | 'postgres';
}

/** Chooses every port by its setting; what is supplied goes before. `close` ends those that were chosen here. */
export async function choosePorts(settings: Settings, supplied: SuppliedPorts): Promise<Platform> {
  const { ownAddress, outsideCalls, passwordCost, attemptsCountedIn = 'process', ...replaced } = supplied;
  const { database, logger, clock = systemClock, metrics = createMetrics(), redis = noRedis } = replaced;
  metrics.watchPools(() => database.pools());
  metrics.watchRedis(() => redis.all);
  const onFailure = (what: string, error: unknown) => logger.error({ err: error }, `${what} failed`);
  const cards = replaced.cards ?? (await openCards(settings, () => `${settings.publicUrl ?? ownAddress()}/pay/back`));
  const mailer = replaced.mailer ?? openMailer(settings, { database, clock });
  const bus = replaced.bus ?? createEmbeddedBus();
  const choices: Choices = { ...choicesOf(settings, ownAddress), ...replaced };
  const { isProduction, publicUrl } = choices;
  return {
    clock,
    random: systemRandom,
    metrics,
    passwords: createPasswordHash({
      atOnce: availableParallelism() > 2 ? 2 : 1,
      ...(passwordCost !== undefined && { cost: passwordCost }),
    }),
    keepsMails: replaced.mailer === undefined && settings.smtpUrl === undefined,
    searchStore: createPostgresSearchStore({ database: database.as(everybody) }),
    attemptCounter:
      attemptsCountedIn === 'process'
        ? createInProcessAttemptCounter({ clock })
        : createPostgresAttemptCounter({
            bypassingRls: database.bypassingRls,
            clock,
            onFailure: (error) => onFailure('counting an attempt', error),
          }),
    locks: chooseLocks(redis, { clock, onLock: metrics.countLock }),
    rateLimiter: chooseRateLimiter(redis, {
      clock,
      processes: () => (replaced.cluster?.ownership.others().length ?? 0) + 1,
    }),
    openOutsideCall: (service) =>
      createOutsideCall({
        name: service,
        clock,
        settings: outsideCalls,
        onState: (state) => metrics.outsideCircuit.set({ service }, circuitNumbers[state]),
        onCall: (outcome) => metrics.outsideCalls.inc({ service, outcome }),
      }),
    pages: createPreparedPages(metrics.caches.pages),
    webApp: noWebApp,
    ownership: soleOwnership,
    atOwner: null,
    cluster: null,
    redis,
    ...choices,
    ...replaced,
    slowMs: choices.slowMs || Number.POSITIVE_INFINITY,
    cards,
    mailer,
    bus,
    onFailure,
    baseUrl: () => publicUrl ?? ownAddress(),
    isOpenAtMachine: !isProduction && !isFronted(choices),
    async close() {
      if (!replaced.bus) await bus.close();
      if (!replaced.mailer) await mailer.close();
    },
  };
}

const circuitNumbers = { closed: 0, 'half-open': 1, open: 2 } as const;

function choicesOf(settings: Settings, ownAddress: () => string): Choices {
  const isProduction = settings.nodeEnv === 'production';
  const tls = settings.tlsCert && settings.tlsKey ? { cert: settings.tlsCert, key: settings.tlsKey } : undefined;
  return {
    roles: settings.roles,
    version,
    isProduction,
    publicUrl: settings.publicUrl ?? (tls && ownAddress()),
    tls,
    trustedProxies: settings.trustedProxies,
    corsOrigins: settings.corsOrigins,
    sandboxOn: !isProduction,
    mailFrom: settings.mailFrom,
    metricsToken: settings.metricsToken,
    slowMs: settings.slowMs,
    limitRules: settings.rateLimits && changeLimitRules(settings.rateLimits),
    socketBounds,
    limitsHolds: settings.holdLimits === 'on',
    accessTokenMinutes: settings.accessTokenMinutes,
    secondFactorRequired: settings.staffSecondFactor === 'required',
    internalSecret: settings.internalSecret,
    contactDays: settings.contactDays,
  };
}

function openMailer({ smtpUrl: url }: Settings, { database, clock }: { database: Database; clock: Clock }): Mailer {
  return url ? createSmtpMailer({ url }) : createKeptMailer({ bypassingRls: database.bypassingRls, clock });
}

function redisWish({ redisUrl, redisCacheUrl, redisLockUrls, redisPrefix, redisCa }: Settings): RedisWish {
  return { url: redisUrl, cacheUrl: redisCacheUrl, lockUrls: redisLockUrls, prefix: redisPrefix, ca: redisCa };
}

/** Stripe, where it is set. */
async function openCards(settings: Settings, returnUrl: () => string): Promise<CardCompany | null> {
  const { stripeSecretKey, stripePublishableKey: publishableKey, stripeApiBase: apiBase } = settings;
  if (!stripeSecretKey) return null;
  const secrets = [settings.stripeWebhookSecret, settings.stripeConnectWebhookSecret];
  const webhookSecrets = secrets.filter((one) => one !== undefined).map((one) => one.reveal());
  const secretKey = stripeSecretKey.reveal();
  return openStripeCards({ secretKey, apiBase, publishableKey, webhookSecrets, returnUrl });
}

/** What the parent of worker processes needs to know. */
export interface WorkersPlan {
  readonly count: number;
  readonly storage: Parameters<typeof openStorage>[0];
  readonly logLevel: string;
  readonly isProduction: boolean;
}

/** How this process is to be the parent of several; null if it is to serve by itself. */
export function planWorkers(settings: Settings): WorkersPlan | null {
  const { workers: count, host, port, dataDir, databaseUrl, logLevel, nodeEnv } = settings;
  if (count === 1) return null;
  const connections = privateServerConnections(count, connectionsOf(settings));
  const storage = { dataDir, databaseUrl, listenOn: { host, port }, connections };
  return { count, storage, logLevel, isProduction: nodeEnv === 'production' };
}

/** Takes part in what several processes agree on. */
function joinCluster(
  { internalSecret, privateHost, privatePort, roles }: Settings,
  {
    parent,
    storage: { connection },
    database: { bypassingRls },
    logger,
  }: { parent: Parent | null; storage: Storage; database: Database; logger: FastifyBaseLogger },
): Promise<Cluster> {
  const listenOn = { host: privateHost, port: privatePort };
  return openCluster({ connection, bypassingRls, clock: systemClock, logger, internalSecret, roles, listenOn, parent });
}

/** Where this program's own files lie. */
const checkoutFolder = join(import.meta.dirname, '../..');

/** The platform of a server process, which has PostgreSQL and the data folder for itself. */
export interface ServerPlatform extends Platform {
  readonly storage: Storage;
  readonly listenOn: ListenAddress;
  /** Whether the first start on an empty database loads demo shows. */
  readonly loadsDemo: boolean;
}

/**
 * Opens everything that a server process stands on, PostgreSQL with its schema first. Throws StartRefused with one line if
 * it cannot; what was opened until then is closed again. `close` closes all of it in reverse.
 */
export async function openPlatform(
  settings: Settings,
  options: {
    readonly command: string;
    readonly onFailed: StorageEvents['onFailed'];
    /** Hears a sentence when the shop has been built, or could not be. */
    readonly onWebApp?: (sentence: string) => void;
    /** Where this process listens, once it does. */
    readonly ownAddress: () => string | undefined;
    /** Whoever owns data folder and PostgreSQL for this process; null: itself. */
    readonly parent: Parent | null;
  },
): Promise<ServerPlatform> {
  const logger = openLog(settings.logLevel);
  const { host, port, dataDir, databaseUrl } = settings;
  const listenOn = options.parent?.listenOn ?? { host, port };
  const opened: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) {
      await closeOne().catch((error) => logger.error({ err: error }, 'closing failed'));
    }
    logger.flush();
  };
  try {
    const onNotice = (sentence: string) => logger.warn(sentence);
    const { command, onFailed } = options;
    const redis = await openRedisServers(redisWish(settings), { clock: systemClock, onNotice });
    opened.push(async () => redis.close());
    const storage =
      options.parent?.storage ??
      (await openStorage(
        { dataDir, databaseUrl, listenOn, connections: privateServerConnections(1, connectionsOf(settings)) },
        { command, onFailed, onNotice },
      ));
    opened.push(() => storage.close());
    const allowed = connectionsOf(settings);
    const connections = generalConnections(databaseUrl ? allowed : Math.min(allowed, privateConnectionsMax));
    const database = openDatabase(storage.connection, connections, { isWatched: true, onNotice });
    opened.push(() => database.close());
    await migrate(database.bypassingRls);
    const planned = localUrl(listenOn, settings.tlsCert === undefined ? 'http' : 'https');
    const ownAddress = () => options.ownAddress() ?? planned;
    const webApp = openWebApp(checkoutFolder, systemClock, {
      onBuilt: (ms) => options.onWebApp?.(`The shop is built (${(ms / 1000).toFixed(1)} s).`),
      onFailed(sentence) {
        logger.error(sentence);
        const [line = ''] = sentence.split('\n', 1);
        options.onWebApp?.(`${line.charAt(0).toUpperCase()}${line.slice(1)}. The API works.`);
      },
    });
    opened.push(() => webApp.close());
    // Alone is who has the private PostgreSQL to itself; on any other database a second server may join at any time.
    const isAlone = options.parent === null && !databaseUrl;
    const cluster = isAlone ? null : await joinCluster(settings, { ...options, storage, database, logger });
    if (cluster) opened.push(() => cluster.peers.close());
    const ports = await choosePorts(settings, {
      database,
      logger,
      ownAddress,
      webApp,
      redis,
      ...(cluster && {
        cluster,
        ownership: cluster.ownership,
        atOwner: cluster.atOwner,
        attemptsCountedIn: 'postgres' as const,
      }),
    });
    opened.push(() => ports.close());
    if (ports.isProduction && ports.keepsMails) {
      logger.warn('SMTP_URL is not set: mails are kept, and nobody gets one.');
    }
    return { ...ports, storage, listenOn, loadsDemo: settings.demo, close };
  } catch (error) {
    await close();
    throw error;
  }
}
