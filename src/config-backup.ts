import { resolve } from 'node:path';
import { wholeNumber } from './config-readers.ts';
import { accept, type Decision, refuse } from './kernel/decision.ts';

/** The settings about backups. */
export const backupSettings = {
  backupTo: {
    env: 'BACKUP_TO',
    fallback: undefined,
    about: 'Where backups lie: a folder, on another disk than the data (docs/backup.md).',
    read: (text: string): Decision<string | undefined, string> =>
      text.includes('\0') ? refuse('must be a path') : accept(resolve(text)),
  },
  backupAt: {
    env: 'BACKUP_AT',
    fallback: 'off',
    about:
      'When a server takes one every day, UTC: `03:30`, or `off`. It is taken later where no server ran at that time.',
    read: (text: string): Decision<number | null, string> => {
      const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
      if (text === 'off') return accept(null);
      return hours === undefined ? refuse('must read 03:30, or off') : accept(Number(hours) * 60 + Number(minutes));
    },
  },
  backupLogSeconds: {
    env: 'BACKUP_LOG_SECONDS',
    fallback: '0',
    about:
      'How often the write-ahead log of the private PostgreSQL is kept there as well, so that any moment since a backup can be restored: 1 to 3600, or `0`: never.',
    read: wholeNumber(0, 3_600),
  },
  backupKeepDays: {
    env: 'BACKUP_KEEP_DAYS',
    fallback: '14',
    about:
      'How many days a backup is kept, 1 to 3650; older ones are removed after each that is taken, never the newest.',
    read: wholeNumber(1, 3_650),
  },
} as const;

/** What is wrong with these settings together, in sentences. */
export function backupFaults(settings: {
  readonly backupTo?: unknown;
  readonly backupAt?: unknown;
  readonly backupLogSeconds?: unknown;
  readonly databaseUrl?: unknown;
}): string[] {
  const { backupTo, backupAt, backupLogSeconds, databaseUrl } = settings;
  const faults: string[] = [];
  if (typeof backupAt === 'number' && backupTo === undefined) faults.push('BACKUP_AT needs BACKUP_TO.');
  if (backupLogSeconds === 0) return faults;
  if (backupTo === undefined) faults.push('BACKUP_LOG_SECONDS needs BACKUP_TO.');
  if (databaseUrl !== undefined) {
    faults.push(
      'BACKUP_LOG_SECONDS is of the private PostgreSQL; with DATABASE_URL its owner keeps the log (docs/backup.md).',
    );
  }
  return faults;
}
