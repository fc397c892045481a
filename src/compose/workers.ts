import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../platform/clock/clock.ts';
import { checkConnectionRoom } from '../platform/ownership/postgres-connection-room.ts';
import { createPostgresLeaseRows } from '../platform/ownership/postgres-lease-rows.ts';
import { openDatabase } from '../platform/postgres/database.ts';
import { migrate } from '../platform/postgres/migrate.ts';
import { StartRefused } from '../platform/start-refused.ts';
import type { RunningOnsale, StartOptions } from './app.ts';
import { describePlan, planFor } from './connections.ts';
import { openLog } from './log.ts';
import type { WorkersPlan } from './platform.ts';
import { openStorage } from './storage.ts';
import type { FromWorker, ToWorker } from './worker-messages.ts';

/** The parent asks PostgreSQL next to nothing. */
const connections = 1;
/** A worker that has ended is replaced after this; one that keeps ending, after longer and longer. */
const replaceAfterMs = 250;
const replaceAfterMaxMs = 10_000;
/** A worker that lived so long did not fail at its start. */
const livedMs = 30_000;
/** One that was asked to end is cut off after so long: it would itself, a little sooner. */
const endPatienceMs = 30_000;

type ReadyFacts = Extract<FromWorker, { say: 'ready' }>;

/**
 * Starts one Onsale as several processes on this machine: this one owns the data folder and PostgreSQL and listens, the workers
 * serve. A worker that ends is declared dead at once, so that the others claim its events without waiting for its lease, and
 * replaced. SIGUSR2 has all of them replaced one after the other, each by a new one that serves already. Throws StartRefused
 * with one line if the first cannot start.
 */
export async function startWorkers(plan: WorkersPlan, options: StartOptions): Promise<RunningOnsale> {
  const logger = openLog(plan.logLevel);
  const { host, port } = plan.storage.listenOn;
  const onNotice = (sentence: string) => logger.warn(sentence);
  const storage = await openStorage(plan.storage, { ...options, onNotice });
  const database = openDatabase(storage.direct, connections);
  const each = planFor(storage, plan.connections.total, plan.connections.sells);
  const rows = createPostgresLeaseRows({ connection: storage.direct, bypassingRls: database.bypassingRls });
  const processIds = new Map<number, string>();
  /** Those that serve, with what they said of themselves. */
  const serving = new Map<number, ReadyFacts>();
  /** They end because they were asked to. */
  const leaving = new Set<number>();
  let isStopping = false;
  let listenOn = { host, port };

  /** `isSpare`: if it ends before it serves, nobody replaces it. */
  function fork(how: { readonly isAlone: boolean; readonly isSpare: boolean }): Promise<ReadyFacts> {
    const worker = cluster.fork();
    const begunAt = systemClock.measure();
    const { promise: ready, resolve, reject } = Promise.withResolvers<ReadyFacts>();
    ready.catch(() => {});
    const { connection, direct, read, place, dataFolder } = storage;
    if (how.isSpare) leaving.add(worker.id);
    const { isAlone } = how;
    send(worker, { say: 'begin', connection, direct, read, place, folder: dataFolder.path, listenOn, isAlone });
    worker.on('message', (message: FromWorker) => {
      if (message.say === 'joined') processIds.set(worker.id, message.processId);
      else if (message.say === 'ready') {
        leaving.delete(worker.id);
        serving.set(worker.id, message);
        resolve(message);
      } else if (message.say === 'refused') reject(new StartRefused(message.sentence));
      else options.onWebApp?.(message.sentence);
    });
    worker.once('exit', () => {
      reject(new StartRefused('A worker process ended while it started; its log says why.'));
      serving.delete(worker.id);
      void replace(worker, systemClock.measure() - begunAt);
    });
    return ready;
  }

  let failures = 0;
  async function replace(worker: Worker, ranMs: number): Promise<void> {
    const processId = processIds.get(worker.id);
    processIds.delete(worker.id);
    if (isStopping) return;
    const wasAsked = leaving.delete(worker.id);
    if (!wasAsked) logger.error({ pid: worker.process.pid }, 'a worker process has ended');
    if (processId !== undefined) {
      try {
        await rows.bury(processId);
      } catch (error) {
        logger.error({ err: error }, 'declaring a worker process dead failed');
      }
    }
    for (const other of workers()) send(other, { say: 'look' });
    if (wasAsked) return;
    // Commands may have been led to the one that has ended.
    await announce();
    failures = ranMs > livedMs ? 0 : failures + 1;
    await sleep(Math.min(replaceAfterMs * 2 ** failures, replaceAfterMaxMs));
    if (isStopping) return;
    fork({ isAlone: false, isSpare: false }).then(
      () => {
        logger.info('another worker process serves');
        if (!isStopping) return announce();
      },
      () => {},
    );
  }

  /** Has a worker hand over what it owns and end. */
  async function end(worker: Worker): Promise<void> {
    leaving.add(worker.id);
    const ended = once(worker, 'exit');
    const cutOff = setTimeout(() => worker.process.kill('SIGKILL'), endPatienceMs);
    worker.process.kill('SIGTERM');
    await ended;
    clearTimeout(cutOff);
  }

  const note = { restarts: 0, isRestarting: false, failure: null as string | null };
  let isAskedAgain = false;

  const announce = () => {
    const [one] = serving.values();
    return storage.dataFolder.announce(one?.announced ?? null, note).catch((error) => {
      logger.error({ err: error }, 'writing the note for commands beside the server failed');
    });
  };

  /** Replaces each worker that serves by one that begins now, with the program as it lies there now. */
  async function restartOnce(): Promise<void> {
    for (const worker of workers().filter(({ id }) => serving.has(id))) {
      await fork({ isAlone: false, isSpare: true });
      // Ended by itself meanwhile, it is replaced already.
      if (serving.has(worker.id) && !isStopping) await end(worker);
      if (isStopping) return;
      await announce();
    }
  }

  async function restart(): Promise<void> {
    if (isStopping) return;
    isAskedAgain = true;
    if (note.isRestarting) return;
    note.isRestarting = true;
    while (isAskedAgain) {
      isAskedAgain = false;
      logger.info('worker processes are replaced one after the other');
      await announce();
      note.failure = await restartOnce().then(
        () => null,
        (error: Error) => error.message,
      );
      note.restarts += 1;
      if (note.failure === null) logger.info('all worker processes are replaced');
      else logger.error(`Worker processes are not replaced any further: ${note.failure}`);
    }
    note.isRestarting = false;
    if (!isStopping) await announce();
  }

  async function stop(): Promise<void> {
    isStopping = true;
    process.off('SIGUSR2', onRestart);
    const ended = workers().map((worker) => new Promise((done) => worker.once('exit', done)));
    for (const worker of workers()) worker.process.kill('SIGTERM');
    await Promise.all(ended);
    await rows.close();
    await database.close();
    await storage.close();
    logger.flush();
  }

  const onRestart = () => void restart();
  try {
    await migrate(database.bypassingRls);
    if (plan.storage.database && each.atServer !== null) {
      await checkConnectionRoom(database.bypassingRls, plan.count * each.atServer + connections, systemClock);
    }
    // Whoever has the private PostgreSQL to itself knows that nobody else lives.
    if (!plan.storage.database) await rows.buryAll();
    const first = await fork({ isAlone: true, isSpare: false });
    // The first may have taken any free port.
    listenOn = { host, port: Number(new URL(first.address).port) };
    await Promise.all(Array.from({ length: plan.count - 1 }, () => fork({ isAlone: false, isSpare: false })));
    await announce();
    process.on('SIGUSR2', onRestart);
    const { address, ownerKey, demo, isBuildingWebApp } = first;
    return {
      address,
      place: `${storage.place}, ${plan.count} worker processes`,
      connections: plan.storage.database ? `each ${describePlan(each)}` : null,
      ownerKey,
      ownerKeyFile: storage.dataFolder.ownerKeyFile,
      isProduction: plan.isProduction,
      demo,
      isBuildingWebApp,
      isSaidElsewhere: false,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function workers(): Worker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
}

function send(worker: Worker, message: ToWorker): void {
  // One that has just ended hears nothing, and need not.
  if (worker.isConnected()) worker.send(message, () => {});
}
