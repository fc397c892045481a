import { createHash } from 'node:crypto';
import { BackupRefused } from './backup-refused.ts';
import type { BackupStore, Content } from './backup-store.ts';

/** A file of a backup. */
export interface Part {
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** What a backup is, written last: where there is none, there is no backup. */
export interface Manifest {
  readonly format: 1;
  /** Its folder: the moment at which it was begun, UTC (`20261130T033000Z`). */
  readonly id: string;
  /** `cluster`: the files of the private PostgreSQL; `dump`: what pg_dump wrote. */
  readonly kind: 'cluster' | 'dump';
  /** The Onsale that took it. */
  readonly onsale: string;
  /** The major version of its PostgreSQL. */
  readonly postgres: number;
  /** Which installation of PostgreSQL it is of, and which database there. */
  readonly system: string;
  /** Whatever was acknowledged before this moment is in it, by the clock of the database. */
  readonly upTo: string;
  /** The first and the last file of the write-ahead log that it needs; null: it needs none. */
  readonly wal: { readonly first: string; readonly last: string } | null;
  readonly parts: readonly Part[];
}

const manifestName = 'manifest.json';
const idPattern = /^\d{8}T\d{6}Z$/;

/** The id of a backup that is begun at this moment. */
export function backupIdAt(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(/[-:]/g, '');
}

/** The moment at which a backup was begun, in milliseconds since 1970. */
export function backupBegan(id: string): number {
  return Date.parse(id.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

/** The ids of all folders of backups in a store, whole or not, the oldest first. */
export async function listBackupFolders(store: BackupStore): Promise<readonly { id: string; isWhole: boolean }[]> {
  const names = await store.list('');
  const ids = [...new Set(names.map((name) => name.split('/', 1)[0]!))].filter((id) => idPattern.test(id));
  return ids.sort().map((id) => ({ id, isWhole: names.includes(`${id}/${manifestName}`) }));
}

/** Writes a manifest, with which the backup is there. */
export function writeManifest(store: BackupStore, manifest: Manifest): Promise<void> {
  return store.write(`${manifest.id}/${manifestName}`, inOnePiece(`${JSON.stringify(manifest, null, 2)}\n`));
}

/** Reads the manifest of a backup. Throws `BackupRefused` if there is no whole backup of that id, or of a form we do not know. */
export async function readManifest(store: BackupStore, id: string): Promise<Manifest> {
  const name = `${id}/${manifestName}`;
  if (!idPattern.test(id) || !(await store.list(name)).includes(name)) {
    throw new BackupRefused(
      `There is no whole backup ${id} in ${store.place}. onsale backup list shows those there are.`,
    );
  }
  const text = await readText(store.read(name));
  const manifest = parse(text);
  if (manifest === null || manifest.id !== id || !Array.isArray(manifest.parts)) {
    throw new BackupRefused(
      `The manifest of backup ${id} in ${store.place} cannot be understood. Take another backup.`,
    );
  }
  if (manifest.format !== 1) throw new BackupRefused(`Backup ${id} was taken by a newer Onsale. Update Onsale.`);
  return manifest;
}

function parse(text: string): Manifest | null {
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    return null;
  }
}

/** A short text as a content. */
export async function* inOnePiece(text: string): Content {
  yield Buffer.from(text);
}

/** A content as a text. */
export async function readText(content: Content): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of content) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Writes a part of a backup and answers what it has become. */
export async function writePart(store: BackupStore, id: string, name: string, content: Content): Promise<Part> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* metered(): Content {
    for await (const piece of content) {
      hash.update(piece);
      bytes += piece.length;
      yield piece;
    }
  }
  await store.write(`${id}/${name}`, metered());
  return { name, bytes, sha256: hash.digest('hex') };
}

/**
 * Reads a part of a backup. Throws `BackupRefused` at its end if it is not what the manifest says: nothing that was made of it may stay
 * then. `onRead` hears how many bytes came.
 */
export async function* readPart(
  store: BackupStore,
  { id, parts }: Manifest,
  name: string,
  onRead: (bytes: number) => void = () => {},
): Content {
  const part = parts.find((one) => one.name === name);
  if (!part) throw new BackupRefused(`Backup ${id} has no ${name}.`);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of store.read(`${id}/${name}`)) {
    hash.update(piece);
    bytes += piece.length;
    onRead(piece.length);
    yield piece;
  }
  if (bytes !== part.bytes || hash.digest('hex') !== part.sha256) {
    throw new BackupRefused(
      `${name} of backup ${id} in ${store.place} is damaged: it is not what its manifest says. Use another backup.`,
    );
  }
}
