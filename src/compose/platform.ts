import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import type { Settings } from '../config.ts';
import { connectionsOf, externalAddresses } from '../config-database.ts';
import { type ListenAddress, localUrl } from '../edges/http/listening.ts';
import { type AnsweringPages, createPreparedPages } from '../edges/http/prepared-pages.ts';
import { readInstallationId } from '../features/identity/index.ts';
import type { OnLedgerUse } from '../features/inventory/index.ts';
import type { CardCompany } from '../features/payments/index.ts';
import type { SearchEngine, SearchStore } from '../features/search/index.ts';
import type { Sign } from '../features/ticket-codes/index.ts';
import { type RandomBytes, systemRandom } from '../kernel/ids.ts';
import type { AttemptCounter } from '../platform/attempt-counter/attempt-counter.ts';
import { createInProcessAttemptCounter } from '../platform/attempt-counter/in-process-attempt-counter.ts';
import { createPostgresAttemptCounter } from '../platform/attempt-counter/postgres-attempt-counter.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { type Clock, systemClock } from '../platform/clock/clock.ts';
import type { DenyList } from '../platform/deny-list/deny-list.ts';
import { isFronted } from '../platform/http/direct-request.ts';
import type { Locks } from '../platform/locks/locks.ts';
import type { Mailer } from '../platform/mail/mailer.ts';
import { createEmbeddedBus } from '../platform/messages/embedded-bus.ts';
import type { MessageBus } from '../platform/messages/message-bus.ts';
import type { RabbitMqBus } from '../platform/messages/rabbitmq-bus.ts';
import {
  createOutsideCall,
  type OutsideCall,
  type OutsideCallSettings,
} from '../platform/outside-call/outside-call.ts';
import type { AtOwner } from '../platform/ownership/at-owner.ts';
import type { Ownership } from '../platform/ownership/ownership.ts';
import { soleOwnership } from '../platform/ownership/sole-ownership.ts';
import { createPasswordHash, type PasswordHash } from '../platform/password-hash/password-hash.ts';
import type { Database } from '../platform/postgres/database.ts';
import type { PublicReading, ReadReplica } from '../platform/postgres/read-replica.ts';
import type { RateLimiter } from '../platform/rate-limits/rate-limiter.ts';
import { createMetrics, type Metrics } from '../platform/telemetry/metrics.ts';
import { openWebApp } from '../platform/web-app/built-web-app.ts';
import { noWebApp, type WebApp } from '../platform/web-app/web-app.ts';
import { type Choices, choicesOf, openCards, openMailer, searchEngineWish } from './choices.ts';
import { type Cluster, openCluster } from './cluster.ts';
import { describePlan, privateServerConnections } from './connections.ts';
import { openLog } from './log.ts';
import { openPostgres, type Postgres } from './postgres.ts';
import { openRabbitMq } from './rabbitmq.ts';
import {
  chooseCache,
  chooseDenyList,
  chooseLocks,
  chooseRateLimiter,
  claimForInstallation,
  noRedis,
  openRedisServers,
  type RedisServers,
  type RedisWish,
} from './redis.ts';
import { chooseSearchStore, openSearchEngine } from './search-engine.ts';
import { openStorage, type Storage, type StorageEvents } from './storage.ts';
import type { Parent } from './worker.ts';

// The list of ports. With choices.ts nothing else in src/compose reads the settings, and nothing at all chooses an adapter elsewhere.

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
  /** What the public reads: the database, or a standby of it. */
  readonly reading: PublicReading;
  /** That standby; null: there is none. */
  readonly replica: ReadReplica | null;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  readonly passwords: PasswordHash;
  readonly mailer: Mailer;
  /** Whether mails are kept in the database, to be read at `/dev/mail`. */
  readonly keepsMails: boolean;
  readonly bus: MessageBus;
  /** The bus where other services are on it too; null: there is none. */
  readonly rabbitMq: RabbitMqBus | null;
  readonly searchStore: SearchStore;
  /** The same on a standby, for the public; null: there is none. */
  readonly publicSearchStore: SearchStore | null;
  /** What those search in while it works, and what feeds it; null: PostgreSQL alone. */
  readonly searchEngine: SearchEngine | null;
  /** What is shared with other processes and may be lost. */
  readonly redis: RedisServers;
  /** What is read often, kept for a while. */
  readonly cache: Cache;
  /** Where wrong passwords and codes and declined cards are counted. */
  readonly attemptCounter: AttemptCounter;
  /** What keeps changes of many steps apart. */
  readonly locks: Locks;
  /** What is refused without asking who decides. */
  readonly denyList: DenyList;
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
  /** Signs ticket codes: in the simulation. */
  readonly sign?: Sign;
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
  const { replica = null, searchEngine = null, rabbitMq = null } = replaced;
  const reading = replica ?? database;
  metrics.watchPools(() => [...database.pools(), ...(replica?.pools() ?? [])]);
  metrics.watchRedis(() => redis.all);
  if (searchEngine) metrics.watchSearchEngine(searchEngine);
  if (rabbitMq) metrics.watchRabbitMq(rabbitMq);
  const onFailure = (what: string, error: unknown) => logger.error({ err: error }, `${what} failed`);
  const cards = replaced.cards ?? (await openCards(settings, () => `${settings.publicUrl ?? ownAddress()}/pay/back`));
  const mailer = replaced.mailer ?? openMailer(settings, { database, clock });
  const bus = replaced.bus ?? rabbitMq ?? createEmbeddedBus();
  const choices: Choices = { ...choicesOf(settings, ownAddress), ...replaced };
  const { isProduction, publicUrl } = choices;
  const attemptCounter =
    attemptsCountedIn === 'process'
      ? createInProcessAttemptCounter({ clock })
      : createPostgresAttemptCounter({
          bypassingRls: database.bypassingRls,
          clock,
          onFailure: (error) => onFailure('counting an attempt', error),
        });
  return {
    clock,
    random: systemRandom,
    metrics,
    passwords: createPasswordHash({
      atOnce: availableParallelism() > 2 ? 2 : 1,
      ...(passwordCost !== undefined && { cost: passwordCost }),
    }),
    keepsMails: replaced.mailer === undefined && settings.smtpUrl === undefined,
    reading,
    replica,
    searchStore: chooseSearchStore(searchEngine, database),
    publicSearchStore: replica && chooseSearchStore(searchEngine, replica),
    searchEngine,
    attemptCounter,
    denyList: chooseDenyList(redis, { clock }),
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
    rabbitMq,
    cache: chooseCache(redis, clock),
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
      await attemptCounter.settle();
      if (bus !== replaced.bus && bus !== rabbitMq) await bus.close();
      if (!replaced.mailer) await mailer.close();
    },
  };
}

const circuitNumbers = { closed: 0, 'half-open': 1, open: 2 } as const;

/** The Redis servers that are set. */
export function redisWish({ redisUrl, redisCacheUrl, redisLockUrls, redisPrefix, redisCa }: Settings): RedisWish {
  return { url: redisUrl, cacheUrl: redisCacheUrl, lockUrls: redisLockUrls, prefix: redisPrefix, ca: redisCa };
}

/** Works under the locks of these settings, for as long as it takes. Throws StartRefused as {@link openRedisServers} does. */
export async function withLocks<T>(settings: Settings, work: (locks: Locks) => Promise<T>): Promise<T> {
  const redis = await openRedisServers(redisWish(settings), { clock: systemClock, onNotice() {}, onFault });
  // A command has no log: whoever runs it sees the error.
  function onFault(error: Error): never {
    throw error;
  }
  try {
    return await work(chooseLocks(redis, { clock: systemClock, onLock() {} }));
  } finally {
    redis.close();
  }
}

/** What the parent of worker processes needs to know. */
export interface WorkersPlan {
  readonly count: number;
  readonly storage: Parameters<typeof openStorage>[0];
  /** What each may have of PostgreSQL. */
  readonly connections: { readonly total: number; readonly sells: boolean };
  readonly logLevel: string;
  readonly isProduction: boolean;
}

/** How this process is to be the parent of several; null if it is to serve by itself. */
export function planWorkers(settings: Settings): WorkersPlan | null {
  const { workers: count, host, port, logLevel, nodeEnv } = settings;
  if (count === 1) return null;
  const storage = storageWish(settings, { host, port });
  const connections = sharesOf(settings);
  return { count, storage, connections, logLevel, isProduction: nodeEnv === 'production' };
}

const sharesOf = (settings: Settings) => ({
  total: connectionsOf(settings),
  sells: settings.roles.includes('booking'),
});

function storageWish(settings: Settings, listenOn: ListenAddress): Parameters<typeof openStorage>[0] {
  const connections = privateServerConnections(settings.workers, connectionsOf(settings));
  const streamsChanges = settings.openSearchUrl !== undefined;
  return { dataDir: settings.dataDir, database: externalAddresses(settings), listenOn, connections, streamsChanges };
}

/** Takes part in what several processes agree on. */
function joinCluster(
  { internalSecret, privateHost, privatePort, privateAddress, roles }: Settings,
  {
    parent,
    storage: { direct: connection },
    postgres: { database, plan },
    logger,
  }: { parent: Parent | null; storage: Storage; postgres: Postgres; logger: FastifyBaseLogger },
): Promise<Cluster> {
  const listenOn = { host: privateHost, port: privatePort, reachedAt: privateAddress };
  const { bypassingRls } = database;
  const common = { connection, bypassingRls, clock: systemClock, logger, internalSecret, roles, listenOn, parent };
  return openCluster({ ...common, connections: plan.atServer });
}

/** Where this program's own files lie. */
const checkoutFolder = join(import.meta.dirname, '../..');

/** The platform of a server process, which has PostgreSQL and the data folder for itself. */
export interface ServerPlatform extends Platform {
  readonly storage: Storage;
  /** PostgreSQL past any pooler. */
  readonly direct: Database;
  /** What it may have of an external PostgreSQL, in words; null: there is the private one. */
  readonly connections: string | null;
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
  const { host, port, databaseUrl } = settings;
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
    const onFault = (err: Error) => logger.error({ err }, 'asking Redis failed');
    const redis = await openRedisServers(redisWish(settings), { clock: systemClock, onNotice, onFault });
    opened.push(async () => redis.close());
    const storage =
      options.parent?.storage ?? (await openStorage(storageWish(settings, listenOn), { command, onFailed, onNotice }));
    opened.push(() => storage.close());
    const isCounted = options.parent === null && databaseUrl !== undefined;
    const postgres = await openPostgres(storage, { ...sharesOf(settings), isCounted, onNotice });
    const { database, direct, replica } = postgres;
    opened.push(() => postgres.close());
    const installation = () => readInstallationId(database.bypassingRls);
    if (redis.all.length > 0) await claimForInstallation(redis, await installation());
    const searchEngine = await openSearchEngine(searchEngineWish(settings), {
      bypassingRls: database.bypassingRls,
      connection: storage.direct,
      clock: systemClock,
      onNotice,
    });
    opened.push(async () => searchEngine?.close());
    const inRabbitMq = { bypassingRls: database.bypassingRls, installation, clock: systemClock, logger };
    const rabbitMq = await openRabbitMq({ url: settings.rabbitmqUrl, ca: settings.rabbitmqCa }, inRabbitMq);
    if (rabbitMq) opened.push(() => rabbitMq.close());
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
    const cluster = isAlone ? null : await joinCluster(settings, { ...options, storage, postgres, logger });
    if (cluster) opened.push(() => cluster.peers.close());
    const ports = await choosePorts(settings, {
      database,
      logger,
      ownAddress,
      webApp,
      redis,
      rabbitMq,
      replica,
      searchEngine,
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
    const connections = databaseUrl ? describePlan(postgres.plan) : null;
    return { ...ports, storage, direct, connections, listenOn, loadsDemo: settings.demo, close };
  } catch (error) {
    await close();
    throw error;
  }
}
