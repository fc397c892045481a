import type { Clock } from '../clock/clock.ts';
import { BackupRefused } from './backup-refused.ts';
import type { BackupStore, Content } from './backup-store.ts';
import {
  backupIdAt,
  inOnePiece,
  listBackupFolders,
  type Manifest,
  type Part,
  writeManifest,
  writePart,
} from './manifest.ts';

/** How far long work is. */
export type Progress = (label: string, done: number, total: number) => void;

/** Adds up what comes in and reports how far that is of all; a total that was only guessed is never overtaken. */
export function adding(report: Progress, label: string, total: number): (bytes: number) => void {
  let done = 0;
  return (bytes) => {
    done += bytes;
    report(label, Math.min(done, total), total);
  };
}

/** What a backup is made of. */
export interface BackupSource {
  readonly kind: Manifest['kind'];
  /** Copies the database by `write`, which keeps a content under a name. */
  copy(how: {
    readonly write: (name: string, content: Content) => Promise<void>;
    readonly report: Progress;
    readonly signal: AbortSignal;
  }): Promise<Pick<Manifest, 'postgres' | 'system' | 'upTo' | 'wal'>>;
  /** Which database that is, as a manifest says it. */
  readSystem(): Promise<string>;
  /** Small files that lie beside the database and that a restored one needs: names and texts. */
  keptFiles(): Promise<Readonly<Record<string, string>>>;
}

/**
 * Takes a backup: the parts first, each with its checksum, the manifest last. Whatever fails in between, no manifest is there, and what
 * was written is removed as far as that can be. Throws `BackupRefused` with one line.
 */
export async function takeBackup(parts: {
  readonly store: BackupStore;
  readonly source: BackupSource;
  readonly clock: Pick<Clock, 'now'>;
  readonly version: string;
  readonly report: Progress;
  readonly signal: AbortSignal;
}): Promise<Manifest> {
  const { store, source, clock, version, report, signal } = parts;
  const id = backupIdAt(clock.now());
  if ((await listBackupFolders(store)).some((one) => one.id === id)) {
    throw new BackupRefused(`Another backup was begun in ${store.place} in this very second. Take it again.`);
  }
  const written: Part[] = [];
  const write = async (name: string, content: Content) => {
    written.push(await writePart(store, id, name, untilAborted(content, signal)));
  };
  try {
    const facts = await source.copy({ write, report, signal });
    for (const [name, text] of Object.entries(await source.keptFiles())) await write(name, inOnePiece(text));
    signal.throwIfAborted();
    const manifest: Manifest = { format: 1, id, kind: source.kind, onsale: version, ...facts, parts: written };
    await writeManifest(store, manifest);
    return manifest;
  } catch (error) {
    await removeBackup(store, id).catch(() => {});
    throw signal.aborted
      ? new BackupRefused('The backup was stopped; nothing of it is left.', { cause: error })
      : error;
  }
}

async function* untilAborted(content: Content, signal: AbortSignal): Content {
  for await (const piece of content) {
    signal.throwIfAborted();
    yield piece;
  }
}

/** Removes all files of a backup, its manifest first: what is left of one that is being removed is none. */
export async function removeBackup(store: BackupStore, id: string): Promise<void> {
  const names = await store.list(`${id}/`);
  const manifestFirst = names.toSorted(
    (a, b) => Number(b.endsWith('/manifest.json')) - Number(a.endsWith('/manifest.json')),
  );
  for (const name of manifestFirst) await store.remove(name);
}
