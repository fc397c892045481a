import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { applicationName, type ConnectionSettings, toClientConfig } from './connection.ts';
import type { Lines } from './lines.ts';

const beatEveryMs = 250;
/** PostgreSQL, asked for nothing but a sign of life, says so within this time, or it hangs. */
const patienceMs = 1_500;
/** How long a server's process that was cut off may take to end. */
const endPatienceMs = 5_000;

export interface Pulse {
  stop(): Promise<void>;
}

/**
 * Asks PostgreSQL four times a second whether it is there, on a connection of its own. One that has gone away refuses
 * connections, which every statement notices by itself; one that hangs (stopped, a dead disk, a network that swallows
 * packets) answers nothing, and whoever waits for it would wait as long as it hangs. So when it stays silent the lines are
 * cut: what was asked has an unknown outcome at once, and what is asked from then on is refused until it answers again.
 *
 * Before the lines are mended, the server's processes behind them are ended: a statement that had lain in their sockets all
 * the while would else be carried out after somebody had looked whether it was. Behind a pooler nobody knows which of them
 * were ours: all of this user's on the database that are from before are ended.
 */
export function feelPulse(parts: {
  /** Leads to the server itself: a pooler whose connections are all busy would look like one that hangs. */
  readonly connection: ConnectionSettings;
  readonly lines: Lines;
  /** Whether the lines go through a pooler. */
  readonly isPooled: boolean;
  readonly onNotice: (sentence: string) => void;
}): Pulse {
  const { connection, lines, isPooled, onNotice } = parts;
  const stopped = new AbortController();
  const { signal } = stopped;
  let client: pg.Client | null = null;
  let isSilent = false;
  let cutOff: number[] = [];

  async function ask(): Promise<pg.Client> {
    if (client === null) {
      client = new pg.Client(toClientConfig(connection));
      client.on('error', () => {});
      await client.connect();
    }
    await client.query('SELECT 1');
    return client;
  }

  async function beat(): Promise<void> {
    const asked = await inTime(ask(), patienceMs);
    if (signal.aborted) return;
    if (asked !== 'late' && !(asked instanceof Error)) return isSilent ? mend(asked) : undefined;
    breakOff();
    // Gone for good, or starting again: that is said to each statement, and these lines lead nowhere now.
    if (asked !== 'late' || isSilent) return;
    isSilent = true;
    cutOff = lines.cut();
    onNotice(`PostgreSQL has not answered for ${patienceMs / 1_000} s. Nothing waits for it until it does.`);
  }

  async function mend(asked: pg.Client): Promise<void> {
    if ((await inTime(endProcesses(asked, isPooled ? null : cutOff), endPatienceMs)) === 'late') return breakOff();
    isSilent = false;
    cutOff = [];
    lines.mend();
    onNotice('PostgreSQL answers again.');
  }

  function breakOff(): void {
    const broken = client as unknown as { connection: { stream: { destroy(): void } } } | null;
    client = null;
    broken?.connection.stream.destroy();
  }

  const beating = (async () => {
    while (!signal.aborted) {
      await beat();
      await sleep(beatEveryMs, undefined, { signal, ref: false }).catch(() => {});
    }
  })();
  return {
    async stop() {
      stopped.abort();
      // A beat that waits for an answer is not waited for.
      breakOff();
      await beating;
    },
  };
}

/** What `work` answered, its error, or `late`. */
async function inTime<T>(work: Promise<T>, ms: number): Promise<T | Error | 'late'> {
  let result: T | Error | 'late' = 'late';
  const done = work.then(
    (value) => {
      result = value;
    },
    (error: Error) => {
      result = error;
    },
  );
  const waiting = new AbortController();
  await Promise.race([done, sleep(ms, undefined, { signal: waiting.signal, ref: false }).catch(() => {})]);
  waiting.abort();
  // If it was this process that stood still, the answer may lie in the socket, unread: it is read before we judge.
  for (let turns = 0; turns < 3 && (result as unknown) === 'late'; turns++) await new Promise(setImmediate);
  return result;
}

/**
 * Ends those of the server's processes that are still there from before; not one that took over a number since. Null: all that
 * this user has on the database.
 */
async function endProcesses(client: pg.Client, processes: readonly number[] | null): Promise<void> {
  if (processes?.length === 0) return;
  await client.query(
    `SELECT pg_terminate_backend(pid, ${endPatienceMs - 1_000}) FROM pg_stat_activity
     WHERE usename = current_user AND datname = current_database()
       AND ($1::int[] IS NULL OR (pid = ANY($1) AND application_name = $2))
       AND backend_start < (SELECT backend_start FROM pg_stat_activity WHERE pid = pg_backend_pid())`,
    [processes, applicationName],
  );
}
