import type { FastifyPluginAsync } from 'fastify';
import type { Settings } from '../config.ts';
import { listen, openSideDoor } from '../edges/http/listening.ts';
import { answerLast } from '../edges/http/stopping.ts';
import { createEngineJobs } from '../features/search/index.ts';
import { giveBackAfterStart } from '../platform/memory/give-back-start.ts';
import { oneAtATime } from '../platform/postgres/one-at-a-time.ts';
import { type Job, runJobs } from '../platform/scheduler/run-jobs.ts';
import type { HowItStarts } from '../platform/slice.ts';
import type { StartRefused } from '../platform/start-refused.ts';
import { loadDemo } from './demo.ts';
import { createMessages } from './messages.ts';
import { issueOwnerKey } from './owner-key.ts';
import { openPlatform, type Platform, planWorkers } from './platform.ts';
import { jobsOf, listSlices, routesElsewhere, routesOf, slicesOf } from './roles.ts';
import { scheduleBackups } from './scheduled-backups.ts';
import { createServer } from './server.ts';
import { serveRequests } from './service-requests.ts';
import { createSlices, loadKeptSecrets, type Slices } from './slices.ts';
import { findParent, type Parent } from './worker.ts';
import { startWorkers } from './workers.ts';

const forgetAttemptsEveryMs = 3_600_000;
/** A process that others go on after answers so long on connections that it has. */
const lastRequestsMs = 1_000;

/** An Onsale without a server in front of it, and with nothing running yet. */
export interface App {
  readonly platform: Platform;
  readonly slices: Slices;
  /** The routes of its roles. */
  readonly routes: readonly FastifyPluginAsync[];
  /** The routes of all other roles, which it does not serve. */
  readonly elsewhere: readonly FastifyPluginAsync[];
  /** The jobs of its roles, to be run again and again while requests are taken. */
  readonly jobs: readonly Job[];
  /** Hands waiting messages to their consumers now; answers how many. */
  relay(): Promise<number>;
  /**
   * Starts the slices of its roles, in their order: bookings that an earlier process left in payment are settled, then the work at
   * providers that it had taken on becomes due. Called once, before requests are taken.
   */
  start(how?: HowItStarts): Promise<void>;
  /**
   * Drains the slices, last to first (bookings end what they write before inventory writes the holds that are left), then
   * the messages that came of it. Called once, after the last request and the last job.
   */
  drain(): Promise<void>;
}

/** Puts an app together: slices on the platform, messages between them, and of it all what the roles of this process have. */
export async function createApp(platform: Platform): Promise<App> {
  const { roles } = platform;
  const slices = createSlices(platform, await loadKeptSecrets(platform.database.bypassingRls));
  const inOrder = listSlices(slices);
  const consumers = inOrder.flatMap((slice) => slice.consumers);
  const messages = createMessages(platform, consumers, roles.includes('worker') ? consumers : []);
  return {
    platform,
    slices,
    routes: routesOf(slices, roles),
    elsewhere: routesElsewhere(slices, roles),
    jobs: jobsHere(platform, [
      ...inOrder.flatMap(({ jobs }) => jobs),
      ...messages.jobs,
      ...engineJobs(platform),
      forgetAttempts(platform),
    ]),
    relay: messages.relay,
    async start(how = { isAlone: false }) {
      for (const slice of slicesOf(slices, roles)) await slice.start?.(how);
      await messages.start();
    },
    async drain() {
      await messages.stop();
      for (const slice of inOrder.toReversed()) await slice.drain?.();
      await messages.relayIfThere();
    },
  };
}

/** Those of the jobs that its roles run, each taking its turns where there are several processes. */
function jobsHere({ roles, cluster }: Pick<Platform, 'roles' | 'cluster'>, jobs: readonly Job[]): Job[] {
  return jobsOf(jobs, roles).map((job) =>
    cluster && job.runs === 'once in the cluster' ? cluster.onceInCluster(job) : job,
  );
}

function engineJobs({ searchEngine: engine, searchSlotBytesMax: slotBytesMax, database, logger }: Platform): Job[] {
  const onNotice = (sentence: string) => logger.warn(sentence);
  return createEngineJobs({ engine, bypassingRls: database.bypassingRls, slotBytesMax, onNotice });
}

function forgetAttempts({ attemptCounter }: Platform): Job {
  const run = async () => attemptCounter.forgetPassed();
  return { name: 'forget old attempts', runs: 'once in the cluster', everyMs: forgetAttemptsEveryMs, run };
}

export interface RunningOnsale {
  /** `http://127.0.0.1:3000` */
  readonly address: string;
  /** Where everything is kept, in words. */
  readonly place: string;
  /** What it may have of an external PostgreSQL, in words; null: there is the private one. */
  readonly connections: string | null;
  /** The owner's API key if this start made it. */
  readonly ownerKey: string | undefined;
  readonly ownerKeyFile: string;
  /** Whether what is printed is kept by others: then no key is. */
  readonly isProduction: boolean;
  /** Titles of the demo shows that this start loaded. */
  readonly demo: readonly string[];
  /** Whether the shop is being built: until then its pages say so. */
  readonly isBuildingWebApp: boolean;
  /** Whoever started this process says all this for it. */
  readonly isSaidElsewhere: boolean;
  /** Finishes running requests, writes what is not written, stops PostgreSQL, gives the data folder back. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly command: string;
  readonly onFailed: (reason: StartRefused) => void;
  readonly onWebApp?: (sentence: string) => void;
}

/** Starts Onsale as it is set: this process, several workers, or, in one of those, that worker. Throws StartRefused with one line. */
export async function startOnsale(settings: Settings, options: StartOptions): Promise<RunningOnsale> {
  const parent = await findParent();
  if (parent) return startProcess(settings, { ...options, onWebApp: parent.sayShop }, parent);
  const plan = planWorkers(settings);
  return plan ? startWorkers(plan, options) : startProcess(settings, options, null);
}

/**
 * Starts a server process: platform → slices → roles → jobs → server. Each step leaves behind how it is released again, and
 * `stop` releases them in reverse. Throws StartRefused with one line if it cannot start; what was opened is released then.
 */
async function startProcess(settings: Settings, options: StartOptions, parent: Parent | null): Promise<RunningOnsale> {
  let address: string | undefined;
  const platform = await openPlatform(settings, { ...options, ownAddress: () => address, parent });
  const { database, direct, storage, connections, clock, logger, slowMs } = platform;
  const releases: (() => Promise<unknown>)[] = [() => platform.close()];
  const stop = async () => {
    for (const release of releases.splice(0).reverse()) {
      await release().catch((error) => logger.error({ err: error }, 'closing failed'));
    }
  };
  try {
    const app = await createApp(platform);
    let isLeaving = false;
    const http = await createServer(app, { isLeaving: () => isLeaving });
    serveRequests(platform, app.slices, http);
    releases.push(() => app.drain());
    await platform.cluster?.ownership.start();
    // Whoever has the private PostgreSQL to itself is alone; a worker's parent knows whether it is the first.
    await app.start({ isAlone: parent?.isAlone ?? platform.cluster === null });
    const context = { actor: 'system', correlationId: 'start', now: clock.now(), organizerId: 1 };
    // Of several roles one: its processes own events, of which the demo puts some on sale.
    const isFirst = platform.roles.includes('booking');
    // In this order: a database without an owner's key is one that no start has got through yet.
    const { demo, ownerKey } = await oneAtATime(direct.bypassingRls, async () => ({
      demo: platform.loadsDemo && isFirst ? await loadDemo(app.slices, database, context) : [],
      ownerKey: isFirst ? await issueOwnerKey(database.bypassingRls, storage.dataFolder, context) : undefined,
    }));
    const backups = scheduleBackups({
      schedule: platform.backups,
      dataDir: storage.dataFolder.path,
      connection: storage.direct,
      bypassingRls: direct.bypassingRls,
      clock,
      logger,
    });
    const jobs = runJobs({
      jobs: [...app.jobs, ...jobsHere(platform, backups.jobs)],
      clock,
      onFailure: (job, error) => logger.error({ err: error, job }, 'a job failed'),
      slowMs,
      onSlow: (job, ms) => logger.warn({ job, ms }, 'slow job'),
    });
    releases.push(() => jobs.stop());
    releases.push(async () => backups.stop());
    address = await listen(http, platform.listenOn);
    releases.push(() => http.close());
    releases.push(async () => {
      if (platform.cluster?.ownership.others().length) await answerLast(http.server, lastRequestsMs);
    });
    // First of all: what comes in from here on goes to the others.
    releases.push(async () => platform.cluster?.ownership.leave());
    const keepMemory = giveBackAfterStart();
    releases.push(async () => keepMemory());
    const { place, dataFolder } = storage;
    const sideDoor = platform.tls && (await openSideDoor(http));
    if (sideDoor) releases.push(() => sideDoor.close());
    const announced = sideDoor?.url ?? address;
    await dataFolder.announce(announced);
    // Said first: who starts now waits for us to stop instead of giving up.
    releases.push(() => dataFolder.announce(null));
    releases.push(async () => {
      isLeaving = true;
      if (platform.drainMs > 0) await new Promise<void>((done) => void clock.after(platform.drainMs, done));
    });
    const { isProduction } = platform;
    const isBuildingWebApp = platform.webApp.state === 'building';
    const { ownerKeyFile } = dataFolder;
    parent?.isReady({ address, announced, ownerKey, demo, isBuildingWebApp });
    const isSaidElsewhere = parent !== null;
    return {
      address,
      place,
      connections,
      ownerKey,
      ownerKeyFile,
      isProduction,
      demo,
      isBuildingWebApp,
      isSaidElsewhere,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
