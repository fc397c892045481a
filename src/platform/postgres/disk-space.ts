import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable, Transacting } from './database.ts';
import { DiskFull, Unavailable } from './run-statements.ts';

const lookEveryMs = 1_000;

/** Whether PostgreSQL has room to write, as far as is known. */
export interface DiskSpace {
  readonly isFull: boolean;
  /** The same, with an eye on every error that passes by. */
  watch(target: Transacting): Transacting;
  stop(): void;
}

/**
 * Once a statement failed because the disk is full, it counts as full until two megabytes could be written: looked at once
 * a second, in a temporary table that is rolled back.
 */
export function createDiskSpace(parts: {
  readonly look: () => Transacting;
  readonly onNotice: (sentence: string) => void;
}): DiskSpace {
  const stopped = new AbortController();
  let isFull = false;

  function note(error: unknown): never {
    if (error instanceof DiskFull && !isFull && !stopped.signal.aborted) {
      isFull = true;
      parts.onNotice('PostgreSQL has no room left on its disk. Nothing is sold until it has.');
      void lookUntilFree();
    }
    throw error;
  }

  async function lookUntilFree(): Promise<void> {
    while (isFull) {
      await sleep(lookEveryMs, undefined, { signal: stopped.signal, ref: false }).catch(() => {});
      if (stopped.signal.aborted) return;
      if (!(await hasRoom(parts.look()))) continue;
      isFull = false;
      parts.onNotice('PostgreSQL has room again.');
    }
  }

  return {
    get isFull() {
      return isFull;
    },
    watch: (target) => ({
      query: (statement, values) => target.query<never>(statement, values).catch(note),
      transaction: (work, options) => target.transaction(work, options).catch(note),
    }),
    stop: () => stopped.abort(),
  };
}

class RolledBack extends Error {}

async function hasRoom(database: Transacting): Promise<boolean> {
  try {
    await database.transaction(writeAndForget);
  } catch (error) {
    if (error instanceof RolledBack) return true;
    if (error instanceof Unavailable) return false;
    // It may not make temporary tables: then the next sale finds out.
    return true;
  }
  return true;
}

async function writeAndForget(tx: Queryable): Promise<never> {
  await tx.query(
    `CREATE TEMPORARY TABLE onsale_room ON COMMIT DROP AS
     SELECT (SELECT string_agg(md5(block * 100 + line || ''), '') FROM generate_series(1, 60) AS line) AS text
     FROM generate_series(1, 1000) AS block`,
  );
  throw new RolledBack('never meant to stay');
}
