import { type EventEmitter, once } from 'node:events';
import { chown, mkdir, open, stat } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { pipeline as connect, Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { BackupRefused } from './backup-refused.ts';
import type { Content } from './backup-store.ts';
import { refusalOfFile } from './file-faults.ts';

/** What goes into an archive: a folder, a file as it is on the disk, or a text. */
export type TarEntry =
  | { readonly name: string; readonly kind: 'folder' }
  | { readonly name: string; readonly kind: 'file'; readonly path: string; readonly mayBeGone: boolean }
  | { readonly name: string; readonly kind: 'text'; readonly text: string };

const pieceBytes = 1 << 18;
/** The fastest: pages of tables shrink to a third by it, and a sale goes on beside. */
const packLevel = 1;

/**
 * Packs what comes into a compressed tar archive. Files may change and grow while they are read: each is taken at the length that it
 * had, with zeros where it has become shorter; one that has gone, and may be, is left out.
 */
export function packFiles(entries: AsyncIterable<TarEntry>, onFile: (bytes: number) => void): Content {
  const archive = pack();
  const closed = new AbortController();
  archive.once('close', () => closed.abort());
  archive.on('error', () => {});
  // Read by iterating: the streams of the package are not quite Node's.
  const packed = connect(Readable.from(archive, { objectMode: false }), createGzip({ level: packLevel }), () => {});
  (async () => {
    for await (const entry of entries) await add(entry);
    archive.finalize();
  })().catch((error) => {
    archive.destroy();
    packed.destroy(error);
  });
  return packed;

  async function add(entry: TarEntry): Promise<void> {
    if (entry.kind === 'folder') archive.entry({ name: `${entry.name}/`, type: 'directory', mode: 0o700 });
    else if (entry.kind === 'text') archive.entry({ name: entry.name, mode: 0o600 }, entry.text);
    else {
      const opened = await open(entry.path, 'r').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' && entry.mayBeGone) return null;
        throw error;
      });
      if (opened === null) return;
      try {
        const { size } = await opened.stat();
        const written = Promise.withResolvers<void>();
        const sink = archive.entry({ name: entry.name, size, mode: 0o600 }, (error) =>
          error ? written.reject(error) : written.resolve(),
        );
        written.promise.catch(() => {});
        // The same is said by the promise.
        sink.on('error', () => {});
        for await (const piece of ofLength(opened, size, onFile)) await put(sink, piece, closed.signal);
        sink.end(null);
        await written.promise;
      } finally {
        await opened.close();
      }
    }
  }
}

/** A stream of the package, as far as it is written to. */
interface Pouring {
  write(piece: Uint8Array): boolean;
}

/** Writes a piece, and waits until there is room for the next. */
async function put(stream: Pouring, piece: Uint8Array, signal: AbortSignal): Promise<void> {
  if (!stream.write(piece)) await once(stream as unknown as EventEmitter, 'drain', { signal });
}

async function* ofLength(
  file: { read(buffer: Buffer, offset: number, length: number, position: number): Promise<{ bytesRead: number }> },
  size: number,
  onRead: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for (let at = 0; at < size; ) {
    const piece = Buffer.alloc(Math.min(pieceBytes, size - at));
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    const taken = bytesRead === 0 ? piece : piece.subarray(0, bytesRead);
    yield taken;
    onRead(taken.length);
    at += taken.length;
  }
}

/**
 * Unpacks such an archive into a folder, which is made. Reads the content to its end, so that whoever checks it at its end has done so
 * when this resolves. `owner`: whom the files belong to, if not to this user. Throws `BackupRefused` if the archive is damaged or there is no
 * room for it.
 */
export async function unpackFiles(
  content: Content,
  folder: string,
  owner: { readonly uid: number; readonly gid: number } | undefined,
): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  if (owner) await chown(folder, owner.uid, owner.gid);
  const entries = extract();
  // Listens from here on, before anything is fed in.
  const iterator = entries[Symbol.asyncIterator]();
  const each = { [Symbol.asyncIterator]: () => iterator };
  const closed = new AbortController();
  entries.once('close', () => closed.abort());
  /** What failed in the content first. */
  let cause: unknown;
  const feeding = (async () => {
    const unzipped = connect(Readable.from(content, { objectMode: false }), createGunzip(), () => {});
    for await (const piece of unzipped) await put(entries, piece, closed.signal);
    entries.end(null);
  })().catch((error) => {
    if (!closed.signal.aborted) cause = error;
    entries.destroy(error);
  });
  try {
    for await (const entry of each) {
      const { name, type } = entry.header;
      const path = join(folder, name);
      if (normalize(name).startsWith('..'))
        throw new BackupRefused(`The archive holds ${name}, which leads out of it.`);
      if (type === 'directory') {
        await mkdir(path, { recursive: true, mode: 0o700 });
        entry.resume();
      } else await writeFile(path, entry as AsyncIterable<Uint8Array>);
      if (owner) await chown(path, owner.uid, owner.gid);
    }
    await feeding;
    if (cause !== undefined) throw cause;
  } catch (error) {
    entries.destroy();
    await feeding;
    const first = cause ?? error;
    throw refusalOfFile(folder, 'written', first) ?? damaged(first);
  }
}

function damaged(error: unknown): unknown {
  if (error instanceof BackupRefused) return error;
  return new BackupRefused(`The archive is damaged (${(error as Error).message}). Use another backup.`, {
    cause: error,
  });
}

async function writeFile(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const missing = await stat(dirname(path)).catch(() => null);
  if (missing === null) await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const file = await open(path, 'w', 0o600);
  try {
    for await (const piece of content) await file.writeFile(piece);
  } finally {
    await file.close();
  }
}
