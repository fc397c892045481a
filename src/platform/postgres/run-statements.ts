import pg from 'pg';

/**
 * SQL text with a name: prepared once per connection, then planned no more. Give hot statements a name; leave it out
 * for statements whose text varies.
 */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** The database cannot be reached now. The edge answers 503 with Retry-After. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

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
  target: pg.Pool | pg.PoolClient,
  statement: Statement | string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const query = typeof statement === 'string' ? { text: statement } : { text: statement.text, name: statement.name };
  try {
    const result = await target.query({ ...query, values: values as unknown[] } as pg.QueryConfig);
    return result.rows as Row[];
  } catch (error) {
    if (error instanceof pg.DatabaseError && !['57P01', '57P02', '57P03', '53300'].includes(error.code ?? ''))
      throw error;
    if (error instanceof pg.DatabaseError || isConnectionError(error)) return toUnavailable(error);
    throw error;
  }
}

function isConnectionError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return /^(ECONN|EPIPE|ENOENT|ETIMEDOUT)/.test(code) || /connect|timeout expired/i.test(error.message);
}

export function toUnavailable(error: unknown): never {
  throw new Unavailable('PostgreSQL cannot be reached', { cause: error });
}
