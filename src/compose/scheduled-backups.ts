import type { FastifyBaseLogger } from 'fastify';
import { lastTimeOfDay } from '../platform/backup/daily.ts';
import { backupBegan, listBackupFolders, readManifest } from '../platform/backup/manifest.ts';
import type { Clock } from '../platform/clock/clock.ts';
import type { ConnectionSettings, Transacting } from '../platform/postgres/database.ts';
import type { Job } from '../platform/scheduler/run-jobs.ts';
import { type BackupPlace, backUp, chooseBackupSource, openBackupStore } from './backups.ts';

const lookEveryMs = 300_000;
const firstLookMs = 10_000;

/** When a server takes backups. */
export interface BackupSchedule {
  readonly place: BackupPlace;
  /** Minutes after midnight, UTC. */
  readonly atMinutes: number;
  readonly keepDays: number;
}

/**
 * The job that takes a backup every day: whenever none of this installation was begun since the last time of day that is set, so one that was missed or that
 * failed is made up for. `stop` breaks off the one under way.
 */
export function scheduleBackups(parts: {
  readonly schedule: BackupSchedule | null;
  readonly dataDir: string;
  /** Past any pooler. */
  readonly connection: ConnectionSettings;
  readonly bypassingRls: Transacting;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Pick<FastifyBaseLogger, 'info'>;
}): { readonly jobs: readonly Job[]; stop(): void } {
  const { schedule, dataDir, connection, bypassingRls, clock, logger } = parts;
  const stopped = new AbortController();
  if (schedule === null) return { jobs: [], stop() {} };
  const { place, atMinutes, keepDays } = schedule;
  let doneSince = Number.NEGATIVE_INFINITY;

  async function run(): Promise<void> {
    const due = lastTimeOfDay(clock.now(), atMinutes);
    if (doneSince >= due) return;
    const store = openBackupStore(place);
    try {
      const source = chooseBackupSource({ dataDir, connection });
      const system = await source.readSystem();
      let newest = Number.NEGATIVE_INFINITY;
      for (const { id, isWhole } of await listBackupFolders(store)) {
        if (!isWhole || backupBegan(id) < due) continue;
        if ((await readManifest(store, id)).system === system) newest = backupBegan(id);
      }
      if (newest < due) {
        const { signal } = stopped;
        const taken = await backUp({ store, source, bypassingRls, keepDays, clock, report() {}, signal });
        // Somebody else is at it; the next look sees what came of that.
        if (taken === null) return;
        logger.info({ backup: taken.id, removed: taken.removed }, 'backup taken');
      }
      doneSince = due;
    } finally {
      store.close();
    }
  }

  const job: Job = {
    name: 'take backups',
    runs: 'once in the cluster',
    everyMs: lookEveryMs,
    firstAfterMs: firstLookMs,
    run,
  };
  return { jobs: [job], stop: () => stopped.abort() };
}
