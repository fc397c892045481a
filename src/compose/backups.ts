import { join } from 'node:path';
import { BackupRefused } from '../platform/backup/backup-refused.ts';
import type { BackupStore } from '../platform/backup/backup-store.ts';
import { createFolderStore } from '../platform/backup/folder-store.ts';
import { fetchLog, removeOldLog } from '../platform/backup/kept-log.ts';
import { type Manifest, readPart, readText } from '../platform/backup/manifest.ts';
import { createClusterSource } from '../platform/backup/postgres-cluster-source.ts';
import { createDumpSource, restoreDump } from '../platform/backup/postgres-dump.ts';
import { passwordPart, refuseUnlessEmpty, restoreCluster } from '../platform/backup/restore-cluster.ts';
import { removeOldBackups } from '../platform/backup/retention.ts';
import { type BackupSource, type Progress, takeBackup } from '../platform/backup/take-backup.ts';
import type { Clock } from '../platform/clock/clock.ts';
import { type DataFolder, openDataFolder, readOwnerKey } from '../platform/data-folder/data-folder.ts';
import { renumberTransactions } from '../platform/event-store/after-move.ts';
import { disownAll } from '../platform/ownership/postgres-after-restore.ts';
import { type ConnectionSettings, openDatabase, type Transacting } from '../platform/postgres/database.ts';
import { checkExternalServer, type ExternalAddresses } from '../platform/postgres/external-server.ts';
import { leaveOutNumbers } from '../platform/postgres/leave-out-numbers.ts';
import { unlessTaken } from '../platform/postgres/one-at-a-time.ts';
import { version } from '../version.ts';

/** Works in the folder where backups lie. */
export async function withBackupStore<T>(folder: string, work: (store: BackupStore) => Promise<T>): Promise<T> {
  const store = createFolderStore(folder);
  try {
    return await work(store);
  } finally {
    store.close();
  }
}

/**
 * Takes a backup, unless somebody else takes one of this database right now (null), and removes those that are older than `keepDays`. Throws
 * `BackupRefused` with one line.
 */
export function backUp(parts: {
  readonly store: BackupStore;
  readonly source: BackupSource;
  readonly bypassingRls: Transacting;
  readonly keepDays: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly report: Progress;
  readonly signal: AbortSignal;
}): Promise<(Manifest & { readonly removed: readonly string[] }) | null> {
  const { store, source, bypassingRls, keepDays, clock, report, signal } = parts;
  return unlessTaken(bypassingRls, 'backup', async () => {
    const manifest = await takeBackup({ store, source, clock, version, report, signal });
    const { system } = manifest;
    const { removed, kept } = await removeOldBackups(store, { keepDays, system, now: clock.now() });
    await removeOldLog(store, system, kept);
    return { ...manifest, removed };
  });
}

/** What a backup of this installation is made of. */
export function chooseBackupSource(at: {
  readonly dataDir: string;
  readonly connection: ConnectionSettings;
}): BackupSource {
  const { dataDir, connection } = at;
  const ownerKey = async (): Promise<Readonly<Record<string, string>>> => {
    const key = await readOwnerKey(dataDir);
    return key === undefined ? {} : { [ownerKeyPart]: key };
  };
  if ('url' in connection) return createDumpSource(connection.url, ownerKey);
  return createClusterSource({
    connection,
    cluster: clusterOf(dataDir),
    keptFiles: async () => ({ [passwordPart]: connection.password, ...(await ownerKey()) }),
  });
}

/** Where the files of the private PostgreSQL lie. */
export const clusterOf = (dataDir: string): string => join(dataDir, 'postgres', 'cluster');

const ownerKeyPart = 'owner.key';

/**
 * Restores a backup where nothing is: the private PostgreSQL of a data folder, or, with `database`, the external one. Throws
 * `BackupRefused` with one line; nothing has changed then.
 */
export async function restoreBackup(parts: {
  readonly store: BackupStore;
  readonly manifest: Manifest;
  readonly dataDir: string;
  readonly database: ExternalAddresses | undefined;
  /** The moment up to which, and the files of the log that lead there from the backup; null: that of the backup itself. */
  readonly onward: { readonly until: Date; readonly files: readonly string[] } | null;
  readonly report: Progress;
}): Promise<void> {
  const { store, manifest, dataDir, database, onward, report } = parts;
  const direct = database && (await checkExternalServer(database)).direct;
  const kind = direct ? 'dump' : 'cluster';
  if (manifest.kind !== kind) throw new BackupRefused(otherKind[manifest.kind](manifest.id));
  if (!direct) await refuseUnlessEmpty(dataDir);
  const folder = await openDataFolder(dataDir, { command: 'restore', version });
  try {
    // Before the database gets to its place: with that the restore is done.
    const finish = async (connection: ConnectionSettings) => {
      await beginAnew(connection);
      await keepOwnerKey(folder, store, manifest);
    };
    const common = { store, manifest, report };
    const replay = onward && {
      until: onward.until,
      fetch: (folder: string) => fetchLog(store, manifest.system, onward.files, { folder, report }),
    };
    if (direct && 'url' in direct) {
      await restoreDump({ ...common, url: direct.url, finish: () => finish(direct) });
    } else await restoreCluster({ ...common, dataDir: folder.path, replay, finish });
  } finally {
    await folder.close();
  }
}

const otherKind: Readonly<Record<Manifest['kind'], (id: string) => string>> = {
  cluster: (id) => `Backup ${id} is of a private PostgreSQL: restore it without DATABASE_URL.`,
  dump: (id) => `Backup ${id} is of an external PostgreSQL: set DATABASE_URL to an empty database.`,
};

/** Makes of a restored database one that nobody works on yet, and that repeats nothing which the lost one had begun to count. */
async function beginAnew(connection: ConnectionSettings): Promise<void> {
  const database = openDatabase(connection, 2, { isPatient: true });
  try {
    const { bypassingRls } = database;
    await renumberTransactions(bypassingRls);
    await disownAll(bypassingRls);
    await leaveOutNumbers(bypassingRls);
  } finally {
    await database.close();
  }
}

async function keepOwnerKey(folder: DataFolder, store: BackupStore, manifest: Manifest): Promise<void> {
  if (!manifest.parts.some(({ name }) => name === ownerKeyPart)) return;
  const [key, before] = [await readText(readPart(store, manifest, ownerKeyPart)), await folder.readOwnerKey()];
  if (before !== undefined && before !== key) {
    throw new BackupRefused(
      `${folder.path} holds the owner’s key of another Onsale (owner.key). Restore into an empty place.`,
    );
  }
  await folder.keepOwnerKey(key);
}
