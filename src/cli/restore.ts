import { parseArgs } from 'node:util';
import { restoreBackup } from '../compose/backups.ts';
import { externalAddresses } from '../config-database.ts';
import { verifyDatabase } from '../features/verify/index.ts';
import { BackupRefused } from '../platform/backup/backup-refused.ts';
import { listBackupFolders, readManifest } from '../platform/backup/manifest.ts';
import { showPercent, withStore } from './backup.ts';
import { type Command, UsageError } from './io.ts';
import { createProgressLine } from './progress-line.ts';
import { verificationTable } from './verify/verification-text.ts';
import { withDatabase } from './with-database.ts';

export const restoreHelp = `onsale restore [BACKUP]

Restores a backup (the newest if none is named; onsale backup list shows them) from the place that
BACKUP_TO names (--backup-to FOLDER), and verifies it: one of a private PostgreSQL into an empty data
folder (--data-dir), one of an external PostgreSQL into an empty database (DATABASE_URL), by
pg_restore. A place where a database is, is refused. Every file is held against its checksum; the
database gets to its place as a whole or not at all.

Nobody owns an event in what was restored, and numbers begin above those that may have been handed
out since. Payments, refunds and mails since the backup are not in it: docs/backup.md says what to do
before selling goes on.

Exit codes: 0 restored and verified clean, 1 refused, or what was restored violates a promise.
`;

/** `onsale restore`. */
export const restoreCommand: Command = async (args, io) => {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [wanted, ...more] = positionals;
  if (more.length > 0) throw new UsageError('restore takes one backup.');
  const { settings, stdout, signal } = io;
  return withStore(settings, async (store) => {
    const id = wanted ?? (await listBackupFolders(store)).findLast(({ isWhole }) => isWhole)?.id;
    if (id === undefined) throw new BackupRefused(`There are no backups in ${store.place}.`);
    const manifest = await readManifest(store, id);
    const line = createProgressLine(stdout);
    try {
      await restoreBackup({
        store,
        manifest,
        dataDir: settings.dataDir,
        database: externalAddresses(settings),
        report: showPercent(line),
      });
    } finally {
      line.clear();
    }
    stdout.write(`Backup ${id} is restored: all until ${manifest.upTo}. Verifying …\n`);
    const verification = await withDatabase(settings, ({ bypassingRls }) => verifyDatabase(bypassingRls, signal));
    stdout.write(verificationTable(verification, stdout.isTTY));
    stdout.write('Before you sell: docs/backup.md says what to do about payments, refunds and mails since then.\n');
    return verification.clean ? 0 : 1;
  });
};
