import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { BackupRefused } from './backup-refused.ts';
import type { BackupStore } from './backup-store.ts';
import { refusalOfFile } from './file-faults.ts';
import { inOnePiece, listBackupFolders, type Manifest, readManifest, readText } from './manifest.ts';
import type { Progress } from './take-backup.ts';
import { isWalFile, nextWalFile, walFilesBetween } from './wal-files.ts';

/** How far the write-ahead log of a database is kept. */
export interface KeptLog {
  /** The last file of it. */
  readonly last: string;
  /** All moments until this one can be restored. */
  readonly upTo: string;
}

const folderOf = (system: string) => `log/${system.replaceAll('/', '-')}/`;
const noteName = (system: string, file: string) => `${folderOf(system)}${file.slice(0, 8)}.json`;

/** Under which name a file of the log is kept, compressed. */
export const logFileName = (system: string, file: string): string => `${folderOf(system)}${file}.gz`;

/** Notes how far the log is kept: of each timeline by itself. */
export function writeKeptLog(store: BackupStore, system: string, kept: KeptLog): Promise<void> {
  return store.write(noteName(system, kept.last), inOnePiece(`${JSON.stringify(kept)}\n`));
}

/** What brings a database to a moment: a backup, and the files of the log since then. */
export interface WayToMoment {
  readonly manifest: Manifest;
  readonly files: readonly string[];
}

/**
 * Finds the newest backup before a moment and the log from there to it. Throws `BackupRefused` with one line if there is no such backup, or if the log
 * does not reach so far.
 */
export async function findWayTo(store: BackupStore, until: Date): Promise<WayToMoment> {
  const manifest = await findBackupBefore(store, until);
  if (manifest.wal === null) {
    throw new BackupRefused(
      `Backup ${manifest.id} was made by pg_dump, from which only its own moment can be restored.`,
    );
  }
  const { last } = manifest.wal;
  const note = noteName(manifest.system, last);
  const names = new Set(await store.list(folderOf(manifest.system)));
  const kept = names.has(note) ? (JSON.parse(await readText(store.read(note))) as KeptLog) : null;
  if (kept === null || kept.last <= last || Date.parse(kept.upTo) < until.getTime()) {
    const reached = kept === null || kept.last <= last ? manifest.upTo : kept.upTo;
    throw new BackupRefused(
      `The write-ahead log in ${store.place} reaches to ${reached}. Name a moment before (backup ${manifest.id} itself is restored by its name).`,
    );
  }
  const files = walFilesBetween(nextWalFile(last), kept.last);
  const missing = files.find((file) => !names.has(logFileName(manifest.system, file)));
  if (missing === undefined) return { manifest, files };
  throw new BackupRefused(
    `The write-ahead log in ${store.place} has a gap after backup ${manifest.id}: ${missing} is missing. Name a moment after a later backup, or restore this one by its name.`,
  );
}

async function findBackupBefore(store: BackupStore, until: Date): Promise<Manifest> {
  for (const { id } of (await listBackupFolders(store)).filter(({ isWhole }) => isWhole).toReversed()) {
    const manifest = await readManifest(store, id);
    if (Date.parse(manifest.upTo) <= until.getTime()) return manifest;
  }
  throw new BackupRefused(`No backup in ${store.place} was taken before ${until.toISOString()}.`);
}

/** Copies files of the log into a folder, as they are kept (`NAME.gz`). */
export async function fetchLog(
  store: BackupStore,
  system: string,
  files: readonly string[],
  { folder, report }: { readonly folder: string; readonly report: Progress },
): Promise<void> {
  for (const [i, file] of files.entries()) {
    report('Fetching the write-ahead log', i, files.length);
    const place = join(folder, `${file}.gz`);
    // Read by the user that PostgreSQL runs as, in a folder that only that one enters.
    await pipeline(store.read(logFileName(system, file)), createWriteStream(place, { mode: 0o644 })).catch((error) => {
      throw refusalOfFile(folder, 'written', error) ?? error;
    });
  }
}

/** Removes the files of the log of a database that no backup of it needs any more. */
export async function removeOldLog(store: BackupStore, system: string, backups: readonly Manifest[]): Promise<void> {
  for (const name of await store.list(folderOf(system))) {
    const file = name.slice(folderOf(system).length).replace(/\.gz$/, '');
    if (!isWalFile(file)) continue;
    const isNeeded = backups.some(
      ({ wal }) => wal !== null && wal.first.slice(0, 8) === file.slice(0, 8) && wal.first <= file,
    );
    if (!isNeeded) await store.remove(name);
  }
}
