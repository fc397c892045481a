import { parseArgs } from 'node:util';
import { backUp, chooseBackupSource, withBackupStore } from '../compose/backups.ts';
import type { Settings } from '../config.ts';
import { BackupRefused } from '../platform/backup/backup-refused.ts';
import type { BackupStore } from '../platform/backup/backup-store.ts';
import { listBackupFolders, readManifest } from '../platform/backup/manifest.ts';
import type { Progress } from '../platform/backup/take-backup.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { openDatabase } from '../platform/postgres/database.ts';
import { type Command, type CommandIo, UsageError } from './io.ts';
import { createProgressLine, type ProgressLine } from './progress-line.ts';
import { withConnection } from './with-database.ts';

export const backupHelp = `onsale backup [--json]
    Takes a backup into the place that BACKUP_TO names (--backup-to FOLDER): beside a running server,
    in the middle of a sale, or without one. Whatever was acknowledged before it ends is in it.
    Of an external PostgreSQL (DATABASE_URL) by pg_dump, which must be as new as the server or newer.
    There as a whole or not at all: its manifest, with the checksum of each file, is written last.
    Backups older than BACKUP_KEEP_DAYS (14) are removed then, never the newest.
    A server takes one every day by itself with BACKUP_AT (--backup-at 03:30, UTC).
onsale backup list [--json]
    Shows the backups that lie there.

A backup holds personal data, passwords (as hashes) and keys: keep it as you keep the database. What
it does not hold, and what to do after a restore, is said in docs/backup.md.

Setting flags such as --data-dir are taken too. Exit codes: 0 done, 1 it could not be done.
`;

/** `onsale backup`. */
export const backupCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: 'boolean', default: false } },
  });
  const [action, ...rest] = positionals;
  if ((action !== undefined && action !== 'list') || rest.length > 0) {
    throw new UsageError(`backup does not know ${JSON.stringify(action === 'list' ? rest[0] : action)}.`);
  }
  return withStore(io.settings, (store) => (action === 'list' ? list(store, values, io) : take(store, values, io)));
};

/** Works with the place of backups that is set. Throws `BackupRefused` if none is. */
export async function withStore<T>({ backupTo }: Settings, work: (store: BackupStore) => Promise<T>): Promise<T> {
  if (backupTo === undefined) {
    throw new BackupRefused('Nothing says where backups lie. Name a folder: --backup-to FOLDER, or BACKUP_TO.');
  }
  return withBackupStore(backupTo, work);
}

async function take(store: BackupStore, { json }: { json: boolean }, io: CommandIo): Promise<number> {
  const { settings, stdout, signal } = io;
  const line = createProgressLine(json ? { write() {} } : stdout);
  const report = showPercent(line);
  const taken = await withConnection(settings, async (connection) => {
    const source = chooseBackupSource({ dataDir: settings.dataDir, connection });
    const database = openDatabase(connection, 1, { isPatient: true });
    const { bypassingRls } = database;
    const keepDays = settings.backupKeepDays;
    try {
      return await backUp({ store, source, bypassingRls, keepDays, clock: systemClock, report, signal });
    } finally {
      line.clear();
      await database.close();
    }
  });
  if (taken === null) throw new BackupRefused('Somebody else takes a backup of this database right now.');
  const { removed, ...manifest } = taken;
  if (json) stdout.write(`${JSON.stringify(manifest, null, 2)}\n`);
  else
    stdout.write(`Backup ${manifest.id} is in ${store.place} (${megabytes(manifest)}): all until ${manifest.upTo}.\n`);
  if (!json)
    for (const id of removed)
      stdout.write(`Backup ${id} was older than ${settings.backupKeepDays} days and is removed.\n`);
  return 0;
}

/** How far it is, of a hundred: nobody reads bytes. */
export function showPercent(line: ProgressLine): Progress {
  return (label, done, total) => line.show(label, Math.floor((100 * done) / Math.max(total, 1)), 100);
}

async function list(store: BackupStore, { json }: { json: boolean }, { stdout }: CommandIo): Promise<number> {
  const whole = (await listBackupFolders(store)).filter(({ isWhole }) => isWhole);
  const manifests = await Promise.all(whole.map(({ id }) => readManifest(store, id)));
  if (json) stdout.write(`${JSON.stringify(manifests, null, 2)}\n`);
  else if (manifests.length === 0) stdout.write(`There are no backups in ${store.place}.\n`);
  else {
    for (const one of manifests) {
      stdout.write(
        `${one.id}  all until ${one.upTo}  ${megabytes(one)}  Onsale ${one.onsale}, PostgreSQL ${one.postgres}\n`,
      );
    }
  }
  return 0;
}

function megabytes({ parts }: { readonly parts: readonly { readonly bytes: number }[] }): string {
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  return `${(bytes / 1e6).toLocaleString('en', { maximumFractionDigits: 1 })} MB`;
}
