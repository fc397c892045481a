import type { FastifyBaseLogger } from 'fastify';
import type { BackupStore } from '../platform/backup/backup-store.ts';
import { lastTimeOfDay } from '../platform/backup/daily.ts';
import { backupBegan, listBackupFolders, readManifest } from '../platform/backup/manifest.ts';
import { keepLog, keepNoLog } from '../platform/backup/postgres-kept-log.ts';
import type { Clock } from '../platform/clock/clock.ts';
import type { ConnectionSettings, Transacting } from '../platform/postgres/database.ts';
import type { Job } from '../platform/scheduler/run-jobs.ts';
import { backUp, chooseBackupSource, clusterOf, withBackupStore } from './backups.ts';

const lookEveryMs = 300_000;
const firstLookMs = 10_000;

/** What a server keeps where backups lie, and when. */
export interface BackupSchedule {
  /** The folder. */
  readonly place: string;
  /** When a backup is taken: minutes after midnight, UTC; null: none is. */
  readonly atMinutes: number | null;
  readonly keepDays: number;
  /** How often the log of the private PostgreSQL is kept; 0: never. */
  readonly logSeconds: number;
}

interface Parts {
  readonly dataDir: string;
  /** Past any pooler. */
  readonly connection: ConnectionSettings;
  readonly bypassingRls: Transacting;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Pick<FastifyBaseLogger, 'info' | 'warn'>;
}

/**
 * The jobs that take a backup every day (whenever none of this installation was begun since the last time of day that is set, so one that
 * was missed or that failed is made up for) and keep the log of the private PostgreSQL. `stop` breaks off what is under way.
 */
export function scheduleBackups(parts: Parts & { readonly schedule: BackupSchedule | null }): {
  readonly jobs: readonly Job[];
  stop(): void;
} {
  const { schedule, connection } = parts;
  const stopped = new AbortController();
  const jobs: Job[] = [];
  const { atMinutes = null, logSeconds = 0 } = schedule ?? {};
  const { dataDir, bypassingRls, clock, logger } = parts;
  const at = schedule && { dataDir, connection, bypassingRls, clock, logger, schedule, signal: stopped.signal };
  if (at && atMinutes !== null) jobs.push(takeDaily(at, atMinutes));
  if (at && logSeconds > 0) jobs.push(keepLogOften(at, logSeconds));
  // What was kept back for it before would fill the disk.
  else if (!('url' in connection)) jobs.push(once('keep no log', () => keepNoLog(connection)));
  return { jobs, stop: () => stopped.abort() };
}

type At = Parts & { readonly schedule: BackupSchedule; readonly signal: AbortSignal };

function takeDaily(at: At, atMinutes: number): Job {
  let doneSince = Number.NEGATIVE_INFINITY;
  return {
    name: 'take backups',
    runs: 'once in the cluster',
    everyMs: lookEveryMs,
    firstAfterMs: firstLookMs,
    async run() {
      const due = lastTimeOfDay(at.clock.now(), atMinutes);
      if (doneSince >= due) return;
      const isDone = await withBackupStore(
        at.schedule.place,
        async (store) => (await wasTakenSince(at, store, due)) || takeNow(at, store),
      );
      if (isDone) doneSince = due;
    },
  };
}

function keepLogOften(at: At, seconds: number): Job {
  return {
    name: 'keep the write-ahead log',
    runs: 'once in the cluster',
    everyMs: seconds * 1_000,
    run: () =>
      withBackupStore(at.schedule.place, async (store) => {
        const { connection, logger } = at;
        const cluster = clusterOf(at.dataDir);
        const system = await chooseBackupSource(at).readSystem();
        const { isGap } = await keepLog({ connection, cluster, store, system });
        if (!isGap) return;
        logger.warn('the write-ahead log is kept from now on; a backup is taken that goes with it');
        await takeNow(at, store);
      }),
  };
}

/** A job that has something to do at the start only. */
function once(name: string, work: () => Promise<void>): Job {
  let isDone = false;
  const run = async () => {
    if (!isDone) await work();
    isDone = true;
  };
  return { name, runs: 'once in the cluster', everyMs: lookEveryMs, firstAfterMs: firstLookMs, run };
}

async function wasTakenSince(at: At, store: BackupStore, since: number): Promise<boolean> {
  const system = await chooseBackupSource(at).readSystem();
  for (const { id, isWhole } of await listBackupFolders(store)) {
    if (isWhole && backupBegan(id) >= since && (await readManifest(store, id)).system === system) return true;
  }
  return false;
}

/** False: somebody else is at it, and the next look sees what came of that. */
async function takeNow(at: At, store: BackupStore): Promise<boolean> {
  const { bypassingRls, clock, signal, logger } = at;
  const { keepDays } = at.schedule;
  const source = chooseBackupSource(at);
  const taken = await backUp({ store, source, bypassingRls, keepDays, clock, report() {}, signal });
  if (taken !== null) logger.info({ backup: taken.id, removed: taken.removed }, 'backup taken');
  return taken !== null;
}
