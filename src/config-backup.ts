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
  backupKeepDays: {
    env: 'BACKUP_KEEP_DAYS',
    fallback: '14',
    about:
      'How many days a backup is kept, 1 to 3650; older ones are removed after each that is taken, never the newest.',
    read: wholeNumber(1, 3_650),
  },
} as const;

/** What is wrong with these settings together, in sentences. */
export function backupFaults({
  backupTo,
  backupAt,
}: {
  readonly backupTo?: unknown;
  readonly backupAt?: unknown;
}): string[] {
  return typeof backupAt === 'number' && backupTo === undefined ? ['BACKUP_AT needs BACKUP_TO.'] : [];
}
