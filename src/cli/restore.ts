import { parseArgs } from 'node:util';
import { restoreBackup } from '../compose/backups.ts';
import { externalAddresses } from '../config-database.ts';
import { verifyDatabase } from '../features/verify/index.ts';
import { BackupRefused } from '../platform/backup/backup-refused.ts';
import type { BackupStore } from '../platform/backup/backup-store.ts';
import { findWayTo } from '../platform/backup/kept-log.ts';
import { listBackupFolders, readManifest } from '../platform/backup/manifest.ts';
import { showPercent, withStore } from './backup.ts';
import { type Command, UsageError } from './io.ts';
import { createProgressLine } from './progress-line.ts';
import { verificationTable } from './verify/verification-text.ts';
import { withDatabase } from './with-database.ts';

export const restoreHelp = `onsale restore [BACKUP]
onsale restore --until TIME

Restores a backup (the newest if none is named; onsale backup list shows them) from the place that
BACKUP_TO names (--backup-to FOLDER), and verifies it: one of a private PostgreSQL into an empty data
folder (--data-dir), one of an external PostgreSQL into an empty database (DATABASE_URL), by
pg_restore. A place where a database is, is refused. Every file is held against its checksum; the
database gets to its place as a whole or not at all.

  --until TIME   Restores the state of a moment (2026-11-30T21:40Z): the newest backup before it, and the
                 write-ahead log from there, which a server keeps with BACKUP_LOG_SECONDS.

Nobody owns an event in what was restored, and numbers begin above those that may have been handed
out since. Payments, refunds and mails since the backup are not in it: docs/backup.md says what to do
before selling goes on.

Exit codes: 0 restored and verified clean, 1 refused, or what was restored violates a promise.
`;

/** `onsale restore`. */
export const restoreCommand: Command = async (args, io) => {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { until: { type: 'string' } },
  });
  const [wanted, ...more] = positionals;
  if (more.length > 0 || (wanted !== undefined && values.until !== undefined)) {
    throw new UsageError('restore takes one backup, or --until and a moment.');
  }
  const until = values.until === undefined ? null : readMoment(values.until);
  const { settings, stdout, signal } = io;
  return withStore(settings, async (store) => {
    const way = until && (await findWayTo(store, until));
    const manifest = way?.manifest ?? (await readManifest(store, wanted ?? (await newestOf(store))));
    const onward = way && until && { until, files: way.files };
    const line = createProgressLine(stdout);
    try {
      const database = externalAddresses(settings);
      await restoreBackup({ store, manifest, dataDir: settings.dataDir, database, onward, report: showPercent(line) });
    } finally {
      line.clear();
    }
    const upTo = onward ? onward.until.toISOString() : manifest.upTo;
    stdout.write(`Backup ${manifest.id} is restored: all until ${upTo}. Verifying …\n`);
    const verification = await withDatabase(settings, ({ bypassingRls }) => verifyDatabase(bypassingRls, signal));
    stdout.write(verificationTable(verification, stdout.isTTY));
    stdout.write('Before you sell: docs/backup.md says what to do about payments, refunds and mails since then.\n');
    return verification.clean ? 0 : 1;
  });
};

async function newestOf(store: BackupStore): Promise<string> {
  const newest = (await listBackupFolders(store)).findLast(({ isWhole }) => isWhole);
  if (newest === undefined) throw new BackupRefused(`There are no backups in ${store.place}.`);
  return newest.id;
}

/** A moment with its zone: without one, two people would restore two states. */
function readMoment(text: string): Date {
  const isMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/.test(text);
  if (!isMoment || Number.isNaN(Date.parse(text))) {
    throw new UsageError(`--until takes a moment with its zone, like 2026-11-30T21:40Z, not ${JSON.stringify(text)}.`);
  }
  return new Date(text);
}
