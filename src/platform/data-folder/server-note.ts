import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeWhole } from './write-whole.ts';

/**
 * Who has the data folder, for the eyes of others. It says nothing about whether that process still lives: the lock
 * does. A note without an address is of a process that is starting, stopping, or no server.
 */
export interface ServerNote {
  readonly pid: number;
  /** `serve`, or the command that has the folder for a while. */
  readonly command: string;
  /** Where a server answers on this machine: `http://127.0.0.1:3000`. */
  readonly url: string | null;
  /** Of a server that serves by worker processes. */
  readonly workers?: WorkersNote;
}

/** How far the workers of a server are replaced by new ones. */
export interface WorkersNote {
  /** How often all of them were, or could not be. */
  readonly restarts: number;
  readonly isRestarting: boolean;
  /** Why the last time it could not be done; null: it was. */
  readonly failure: string | null;
}

const fileIn = (folder: string) => join(folder, 'server.json');

export async function writeNote(folder: string, note: ServerNote): Promise<void> {
  await writeWhole(fileIn(folder), `${JSON.stringify(note)}\n`, 0o644);
}

/** The note of whoever has or had the folder last; undefined if there is none that can be read. */
export async function readNote(folder: string): Promise<ServerNote | undefined> {
  try {
    return JSON.parse(await readFile(fileIn(folder), 'utf8')) as ServerNote;
  } catch {
    return undefined;
  }
}
