import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { StartRefused } from '../start-refused.ts';
import { type ConnectionSettings, toClientConfig } from './connection.ts';

export interface SoleServer {
  release(): Promise<void>;
}

interface Events {
  /** The connection broke; the lock is being taken again. */
  onInterrupted(reason: Error): void;
  onRegained(): void;
  /** Another Onsale took the database meanwhile: this one must stop. */
  onLost(reason: StartRefused): void;
}

// Advisory locks are per database; the number is "onsale" read as bytes.
const lockKey = 0x6f6e73616c65;
const heartbeatMs = 5_000;
const retryMs = 500;

/**
 * Makes this process the only Onsale server on a database: an advisory lock on a connection of its own, which ends with
 * the process. Needed as long as holds live in the process. Another server would not know them; the schema would still
 * refuse to sell a place twice, but buyers would lose held places to each other.
 * Throws {@link StartRefused} if another Onsale has the lock. If the connection is lost later, it is tried for as long
 * as PostgreSQL is away, and taken again or found lost when it is back.
 */
export async function becomeSoleServer(connection: ConnectionSettings, events: Events): Promise<SoleServer> {
  const stopped = new AbortController();
  let { client, backend } = await takeLock(connection);
  const watching = (async () => {
    while (!stopped.signal.aborted) {
      const reason = await untilBroken(client, stopped.signal);
      if (!reason) return;
      events.onInterrupted(reason);
      void client.end().catch(() => {});
      const next = await regain(connection, backend, stopped.signal);
      if (!next) return;
      if (next instanceof StartRefused) return events.onLost(next);
      ({ client, backend } = next);
      events.onRegained();
    }
  })();
  return {
    async release() {
      stopped.abort();
      await watching;
      await client.end().catch(() => {});
    },
  };
}

/** The server's process behind a connection. */
interface Backend {
  readonly pid: number;
  readonly startedAt: Date;
}

interface Holding {
  readonly client: pg.Client;
  readonly backend: Backend;
}

async function takeLock(connection: ConnectionSettings, before?: Backend): Promise<Holding> {
  const client = new pg.Client({ ...toClientConfig(connection), application_name: 'onsale server', keepAlive: true });
  client.on('error', () => {});
  await client.connect();
  if (before) await endOwnBackend(client, before);
  const { rows } = await client.query<Backend & { taken: boolean }>(
    `SELECT pg_try_advisory_lock($1) AS taken, pid, backend_start AS "startedAt"
     FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
    [lockKey],
  );
  const { taken, pid, startedAt } = rows[0]!;
  if (taken) return { client, backend: { pid, startedAt } };
  const holder = await client.query<{ address: string | null; since: Date }>(
    `SELECT host(client_addr) AS address, backend_start AS since FROM pg_locks JOIN pg_stat_activity USING (pid)
     WHERE locktype = 'advisory' AND ((classid::bigint << 32) | objid::bigint) = $1
       AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    [lockKey],
  );
  await client.end();
  const found = holder.rows[0];
  const who = found ? ` from ${found.address ?? 'this machine'}, since ${found.since?.toISOString() ?? 'a while'}` : '';
  throw new StartRefused(`Another Onsale serves this database${who}. Stop it, or choose another DATABASE_URL.`);
}

/** After a partition PostgreSQL may still keep our broken connection, and with it the lock. */
async function endOwnBackend(client: pg.Client, { pid, startedAt }: Backend): Promise<void> {
  await client.query(
    `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
     WHERE pid = $1 AND date_trunc('milliseconds', backend_start) = date_trunc('milliseconds', $2::timestamptz)`,
    [pid, startedAt],
  );
}

/** Resolves with the reason when the connection is gone, or with undefined once `signal` is aborted. */
function untilBroken(client: pg.Client, signal: AbortSignal): Promise<Error | undefined> {
  return new Promise((done) => {
    const finish = (reason?: Error) => {
      clearInterval(heartbeat);
      done(reason);
    };
    // A partition does not close the connection: ask now and then, and count no answer as broken.
    const heartbeat = setInterval(() => {
      const late = setTimeout(() => finish(new Error('PostgreSQL does not answer')), heartbeatMs);
      client.query('SELECT 1').then(
        () => clearTimeout(late),
        (error: Error) => {
          clearTimeout(late);
          finish(error);
        },
      );
    }, heartbeatMs);
    client.once('end', () => finish(new Error('PostgreSQL closed the connection')));
    signal.addEventListener('abort', () => finish(), { once: true });
    if (signal.aborted) finish();
  });
}

async function regain(
  connection: ConnectionSettings,
  before: Backend,
  signal: AbortSignal,
): Promise<Holding | StartRefused | undefined> {
  while (!signal.aborted) {
    try {
      return await takeLock(connection, before);
    } catch (error) {
      if (error instanceof StartRefused) return error;
      await sleep(retryMs, undefined, { signal }).catch(() => {});
    }
  }
  return undefined;
}
