import { chown, lstat, mkdir, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { folderMode } from '../data-folder/data-folder.ts';
import { writeWhole } from '../data-folder/write-whole.ts';
import type { ConnectionSettings } from '../postgres/connection.ts';
import { findPostgresUser, placeCluster } from '../postgres/embedded-place.ts';
import { startEmbeddedServer } from '../postgres/embedded-server.ts';
import { BackupRefused } from './backup-refused.ts';
import type { BackupStore } from './backup-store.ts';
import { type Manifest, readPart, readText } from './manifest.ts';
import { clusterPart } from './postgres-cluster-source.ts';
import { adding, type Progress } from './take-backup.ts';
import { unpackFiles } from './tar-files.ts';

const workName = 'restoring';
/** Replaying a day of sales takes minutes; an hour without an answer is a fault. */
const patienceMs = 3_600_000;

/** How far to go beyond the moment at which a backup was taken. */
export interface Replay {
  /** Puts the files of the log that are kept beside backups into a folder, compressed (`NAME.gz`). */
  fetch(folder: string): Promise<void>;
  /** Up to which moment; what was committed later is left out. */
  readonly until: Date;
}

/** Throws `BackupRefused` if a data folder holds a database. */
export async function refuseUnlessEmpty(dataDir: string): Promise<void> {
  if ((await lstat(join(dataDir, 'postgres')).catch(() => null)) === null) return;
  throw new BackupRefused(
    `There is a database in ${dataDir} already. Restore into an empty place (--data-dir); nothing was changed.`,
  );
}

/**
 * Makes the private PostgreSQL of a data folder out of a backup: unpacked beside its place, brought to a consistent state by its own log
 * (and on to a later moment by `replay`), then `finish`, then stopped cleanly and moved to its place by one rename. So it is there as a
 * whole or not at all; what a killed restore left is removed by the next. From there on it is on a timeline of its own: no
 * write-ahead log of it can be taken for one of the database that was lost.
 */
export async function restoreCluster(parts: {
  readonly store: BackupStore;
  readonly manifest: Manifest;
  readonly dataDir: string;
  readonly replay: Replay | null;
  readonly finish: (connection: ConnectionSettings) => Promise<void>;
  readonly report: Progress;
}): Promise<void> {
  const { store, manifest, dataDir, replay, finish, report } = parts;
  const work = join(dataDir, workName);
  await removeWork(work);
  await mkdir(work, { mode: folderMode() });
  try {
    const user = await findPostgresUser(work);
    const folder = await placeCluster(work, user);
    const cluster = join(folder, 'cluster');
    const password = await readText(readPart(store, manifest, passwordPart));
    await writeWhole(join(folder, 'password'), password, 0o600);
    const total = manifest.parts.find(({ name }) => name === clusterPart)?.bytes ?? 0;
    const onRead = adding(report, 'Unpacking', total);
    await unpackFiles(readPart(store, manifest, clusterPart, onRead), cluster, user);
    await writeWhole(join(cluster, 'recovery.signal'), '', 0o600);
    if (user) await chown(join(cluster, 'recovery.signal'), user.uid, user.gid);
    const log = join(folder, 'log');
    await mkdir(log, { mode: 0o700 });
    if (user) await chown(log, user.uid, user.gid);
    await replay?.fetch(log);
    report('Replaying the write-ahead log', 0, 1);
    const server = await startEmbeddedServer(work, recoverySettings(log, replay), { patienceMs });
    try {
      await finish(server.connection);
    } finally {
      await server.stop();
    }
    await rm(log, { recursive: true });
    await rename(join(work, 'postgres'), join(dataDir, 'postgres'));
  } finally {
    await removeWork(work);
  }
}

/** The part that holds the password of the private PostgreSQL. */
export const passwordPart = 'postgres-password';

function recoverySettings(log: string, replay: Replay | null): Record<string, string> {
  // The files that came with the backup lie in its own folder, where they are looked for when this command has none.
  const quoted = `'${log.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'`;
  return {
    // Nobody is let in before it is over; and it need not be set as the server was that wrote the log.
    hot_standby: 'off',
    // What another one that was restored from the same backup has written is no business of ours.
    recovery_target_timeline: 'current',
    restore_command: `gzip -dc ${quoted}/%f.gz > "%p"`,
    ...(replay && { recovery_target_time: momentOf(replay.until), recovery_target_action: 'promote' }),
  };
}

/** As this setting takes it, which is read before PostgreSQL knows what Z means. */
function momentOf(until: Date): string {
  return until.toISOString().replace('T', ' ').replace('Z', '+00');
}

/** Removes what a restore has made that did not get to its end, and with it a cluster that lies elsewhere. */
async function removeWork(work: string): Promise<void> {
  const elsewhere = await readlink(join(work, 'postgres')).catch(() => undefined);
  for (const folder of elsewhere ? [elsewhere, work] : [work]) await rm(folder, { recursive: true, force: true });
}
