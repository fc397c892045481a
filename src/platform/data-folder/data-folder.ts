import { constants } from 'node:fs';
import { access, mkdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StartRefused } from '../start-refused.ts';
import { claimVersion } from './data-version.ts';
import { type FolderLock, lockFolder } from './folder-lock.ts';
import { readNote, type ServerNote, type WorkersNote, writeNote } from './server-note.ts';
import { writeWhole } from './write-whole.ts';

/** A data folder that this process has for itself until {@link DataFolder.close}. */
export interface DataFolder {
  /** Absolute. */
  readonly path: string;
  readonly ownerKeyFile: string;
  /** The owner's API key; undefined until one was kept. */
  readOwnerKey(): Promise<string | undefined>;
  /** Keeps the owner's API key in `owner.key`: one line, readable by this user only. */
  keepOwnerKey(key: string): Promise<void>;
  /** Lets other commands know where the server answers; null once it stops answering. */
  announce(url: string | null, workers?: WorkersNote): Promise<void>;
  close(): Promise<void>;
}

/** How long a start waits for one that is starting or stopping in the same folder. */
const patienceMs = 10_000;
/** How long it waits for one that serves: it may not have noticed yet that it is to stop. */
const servingPatienceMs = 1_000;

/**
 * Opens a data folder for this process alone, making it if it is not there. A process that is just stopping gets a few
 * seconds to finish. Throws {@link StartRefused} with one line if the path is a file, cannot be written, is in use by
 * another Onsale, or was last used by a newer one.
 */
export async function openDataFolder(
  path: string,
  options: { readonly command: string; readonly version: string },
): Promise<DataFolder> {
  const folder = resolve(path);
  await makeWritable(folder);
  const lock = await takeLock(folder);
  const { command, version } = options;
  const announce = (url: string | null, workers?: WorkersNote) =>
    writeNote(folder, { pid: process.pid, command, url, ...(workers && { workers }) });
  try {
    await claimVersion(folder, version);
    await announce(null);
  } catch (error) {
    lock.release();
    throw error instanceof StartRefused ? error : notWritable(folder, error);
  }
  return {
    ...findDataFolder(folder),
    announce,
    async close() {
      await announce(null).catch(() => {});
      lock.release();
    },
  };
}

/** A data folder that another process has locked for this one, and announces: a worker's. */
export function findDataFolder(folder: string): DataFolder {
  const ownerKeyFile = join(folder, 'owner.key');
  return {
    path: folder,
    ownerKeyFile,
    readOwnerKey: () => readOwnerKey(folder),
    keepOwnerKey: (key) => writeWhole(ownerKeyFile, `${key}\n`, 0o600),
    async announce() {},
    async close() {},
  };
}

/** The server that runs on a data folder at this moment, if one does and answers already. */
export async function findRunningServer(path: string): Promise<{ pid: number; url: string } | undefined> {
  const note = await findHolder(path);
  return note?.url ? { pid: note.pid, url: note.url } : undefined;
}

/** Whoever has the data folder at this moment: a server, or a command for a while. */
export async function findHolder(path: string): Promise<ServerNote | undefined> {
  const note = await readNote(path);
  if (!note) return undefined;
  try {
    const lock = lockFolder(path);
    if (!lock) return note;
    lock.release();
  } catch {
    // A folder that we may read but not lock: believe the process id.
    return isAlive(note.pid) ? note : undefined;
  }
  return undefined;
}

/** The owner's API key of a data folder that another process may have. */
export async function readOwnerKey(path: string): Promise<string | undefined> {
  const text = await readFile(join(path, 'owner.key'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw new StartRefused(`${join(path, 'owner.key')} cannot be read (${error.code}).`);
  });
  return text.trim() || undefined;
}

/**
 * Only this user looks into the folder. Under root PostgreSQL runs as another user and must be able to walk through to
 * its own folder, but still cannot list this one.
 */
export function folderMode(): number {
  return process.getuid?.() === 0 ? 0o711 : 0o700;
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(dirname(folder), { recursive: true });
    await mkdir(folder, { recursive: true, mode: folderMode() });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw notWritable(folder, error);
  }
}

function notWritable(folder: string, error: unknown): StartRefused {
  const { code, errstr } = error as NodeJS.ErrnoException & { errstr?: string };
  const isFile = code === 'EEXIST' || code === 'ENOTDIR';
  const reason = isFile ? 'there is a file in its place' : (errstr ?? code ?? (error as Error).message);
  return new StartRefused(`The data folder ${folder} cannot be written (${reason}). Choose another with DATA_DIR.`, {
    cause: error,
  });
}

async function takeLock(folder: string): Promise<FolderLock> {
  for (let waitedMs = 0; ; waitedMs += 50) {
    let lock: FolderLock | undefined;
    try {
      lock = lockFolder(folder);
    } catch (error) {
      throw notWritable(folder, error);
    }
    if (lock) return lock;
    const note = await readNote(folder);
    // The note may still be that of a killed process, while the new holder has not written its own.
    const holder = note && isAlive(note.pid) ? note : undefined;
    if (waitedMs >= (holder?.url ? servingPatienceMs : patienceMs)) throw inUse(folder, holder);
    await sleep(50);
  }
}

function inUse(folder: string, holder: ServerNote | undefined): StartRefused {
  const who = !holder ? 'Another Onsale' : `Another Onsale (process ${holder.pid}, onsale ${holder.command})`;
  const where = holder?.url ? ` at ${holder.url}` : '';
  return new StartRefused(`${who} uses the data folder ${folder}${where}. Stop it, or choose another DATA_DIR.`);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
