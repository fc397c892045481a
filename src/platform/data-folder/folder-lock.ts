import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface FolderLock {
  release(): void;
}

// An open lock must not be collected as garbage: that would release it.
const held = new Set<DatabaseSync>();
const sqliteBusy = 5;

/**
 * Takes a folder for this process alone; undefined if another process has it. The lock ends with the process, however
 * that ends, so there is nothing stale to recognise and no race between two that start at once.
 *
 * Node has no flock(2). SQLite, which Node carries, locks its file by fcntl(2), and an empty file is an empty database:
 * an exclusive transaction that is never written is a plain kernel lock. A file with a process id was the alternative;
 * it must distinguish a live process from a reused id, and taking over a stale one always leaves a gap to race in.
 * Throws the system's or SQLite's error when the file cannot be opened, written or locked.
 */
export function lockFolder(folder: string): FolderLock | undefined {
  const path = join(folder, 'lock');
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    // SQLite is content to open for reading what it may not write, but then the lock would be a shared one.
    accessSync(path, constants.W_OK);
    // The journal in memory: in a file it would only lie about beside the lock.
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if ((error as { errcode?: number }).errcode === sqliteBusy) return undefined;
    throw error;
  }
  held.add(file);
  return {
    release() {
      if (held.delete(file)) file.close();
    },
  };
}
