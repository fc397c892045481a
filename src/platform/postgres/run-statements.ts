import pg from 'pg';

/**
 * SQL text with a name: prepared once per connection, then planned no more. Give hot statements a name; leave it out
 * for statements whose text varies.
 */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** The database cannot be reached now, or not work. The edge answers 503 with Retry-After. */
export class Unavailable extends Error {
  override readonly name: string = 'Unavailable';
}

/** PostgreSQL has no room left to write: nothing can be sold until it has. */
export class DiskFull extends Unavailable {
  override readonly name = 'DiskFull';
}

/**
 * Codes of the server that say nothing about the statement: it shuts down or starts, has no connection, memory or lock
 * table left, cannot read or write its files, did not finish in time, is a standby since a moment ago, or ended a transaction or
 * a connection because this process stood still in it. Class 08 is also how PgBouncer says that it does not reach the server.
 */
const unavailableCodes = /^(08[0-9A-Z]{3}|57P0[1-35]|53[0-9A-Z]{3}|58000|58030|57014|25006|25P03)$/;
/** Of these: no room on the disk, or the disk does not take it. */
const diskCodes = /^(53100|58030)$/;

/** The server's five-character error code (`23505` = unique violation), or undefined if it is no server error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The constraint that a statement broke, or undefined. */
export function constraintOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined;
}

/** Lends a connection to `work`; one that turns out broken is not used again. */
export async function onConnection<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(toUnavailable);
  let isBroken = false;
  try {
    return await work(client);
  } catch (error) {
    isBroken = error instanceof Unavailable;
    throw error;
  } finally {
    client.release(isBroken);
  }
}

/**
 * One statement as a transaction, all sent at once: it costs no round trip more than without. If the statement fails, the
 * COMMIT behind it rolls back.
 */
export async function transactOne<Row>(
  client: pg.PoolClient,
  begin: string,
  ask: (client: pg.PoolClient) => Promise<Row[]>,
): Promise<Row[]> {
  const [begun, asked, ended] = await Promise.allSettled([run(client, begin), ask(client), run(client, 'COMMIT')]);
  for (const each of [begun, ended, asked]) {
    if (each.status === 'rejected' && each.reason instanceof Unavailable) throw each.reason;
  }
  for (const each of [begun, asked, ended]) if (each.status === 'rejected') throw each.reason;
  return (asked as PromiseFulfilledResult<Row[]>).value;
}

export async function transact<T>(
  client: pg.PoolClient,
  begin: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  try {
    await run(client, begin);
    const result = await work(client);
    await run(client, 'COMMIT');
    return result;
  } catch (error) {
    // If even this fails the connection is gone, and the pool takes it for no other.
    await client.query('ROLLBACK').catch(() => {});
    throw error;
  }
}

export async function run<Row>(
  target: pg.PoolClient,
  statement: Statement | string,
  values: readonly unknown[] = [],
  /** How long it may take, if not as long as any statement of its connection. */
  deadlineMs?: number,
): Promise<Row[]> {
  const query = typeof statement === 'string' ? { text: statement } : { text: statement.text, name: statement.name };
  const config = { ...query, values: values as unknown[], query_timeout: deadlineMs };
  try {
    const result = await target.query(config as pg.QueryConfig);
    return result.rows as Row[];
  } catch (error) {
    if (error instanceof pg.DatabaseError) {
      const code = error.code ?? '';
      if (diskCodes.test(code)) throw new DiskFull('PostgreSQL cannot write', { cause: error });
      if (!unavailableCodes.test(code)) throw error;
    } else if (!isConnectionError(error)) throw error;
    return toUnavailable(error);
  }
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '', syscall } = error as NodeJS.ErrnoException;
  // Whatever the system says of a socket or a name, and TLS of what it hears.
  if (syscall !== undefined || /^(ECONN|EPIPE|ETIMEDOUT|ERR_SSL|ERR_TLS)/.test(code)) return true;
  return /connect|timeout expired|read timeout/i.test(error.message);
}

function toUnavailable(error: unknown): never {
  throw new Unavailable('PostgreSQL cannot be reached', { cause: error });
}
