import { BackupRefused } from './backup-refused.ts';

/** What the codes of the system say that an operator meets here. */
const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no space is left',
  EDQUOT: 'no space is left for this user',
  ENOENT: 'it is not there',
  ENOTDIR: 'there is a file in its place',
  EEXIST: 'there is a file in its place',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EROFS: 'it is read-only',
  EIO: 'the disk fails',
};

/** A fault of the file system in one line: `the folder /mnt cannot be written (no space is left).` Null if it is no such fault. */
export function refusalOfFile(place: string, what: 'read' | 'written', error: unknown): BackupRefused | null {
  if (!(error instanceof Error) || !('syscall' in error)) return null;
  const { code = '' } = error as NodeJS.ErrnoException;
  return new BackupRefused(`${place} cannot be ${what} (${reasons[code] ?? code}).`, { cause: error });
}
