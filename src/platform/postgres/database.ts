import pg from 'pg';
import { beginText, requestRole, type Scope } from './scope.ts';

// Counts and money fit 2^53 (the schema bounds them), so bigint columns come back as numbers.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * SQL text with a name: prepared once per connection, then planned no more. Give hot statements a name; leave it out
 * for statements whose text varies.
 */
export interface Statement {
  readonly name?: string;
  readonly text: string;
}

/** Something SQL can be sent to: the pool, or one transaction. */
export interface Queryable {
  /** Rows of one statement. Throws {@link Unavailable} when there is no connection, else the server's error. */
  query<Row = Record<string, unknown>>(statement: Statement | string, values?: readonly unknown[]): Promise<Row[]>;
}

/** Something that also begins transactions. `timestamptz` comes back as Date, `bigint` as number, `json` parsed. */
export interface Transacting extends Queryable {
  /**
   * Runs `work` in one transaction (READ COMMITTED) on one connection: commits when it returns, rolls back when it
   * throws and throws the same error on. After {@link Unavailable} it may have been committed or not.
   */
  transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T>;
}

/**
 * PostgreSQL as slices see it: behind the wall between organisers (row-level security, migration 0009). Whoever asks
 * says first as whom.
 */
export interface WalledDatabase {
  /** Asks as an organiser, a buyer or the public: rows of others are not there. For whatever a request does. */
  as(scope: Scope): Transacting;
  /** Asks as Onsale itself, past the wall: for jobs, the relay, ledgers, identity. Never with what a caller chose freely. */
  readonly system: Transacting;
}

/** PostgreSQL as the platform, commands and tests see it: asked directly, it is asked as Onsale itself. */
export interface Database extends Transacting, WalledDatabase {
  /** Ends all connections after running statements are done. */
  close(): Promise<void>;
}

/** The database cannot be reached now. The edge answers 503 with Retry-After. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** What `pg` needs to connect: a URL, or the parts of a private socket. */
export type ConnectionSettings =
  | { readonly url: string }
  | { readonly host: string; readonly user: string; readonly password: string; readonly database: string };

/** The server's five-character error code (`23505` = unique violation), or undefined if it is no server error. */
export function sqlState(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The constraint that a statement broke, or undefined. */
export function constraintOf(error: unknown): string | undefined {
  return error instanceof pg.DatabaseError ? error.constraint : undefined;
}

export function toClientConfig(settings: ConnectionSettings): pg.ClientConfig {
  const common = { application_name: 'onsale', connectionTimeoutMillis: 10_000 };
  return 'url' in settings ? { ...common, connectionString: settings.url } : { ...common, ...settings };
}

/** Opens a pool of at most `connectionsMax` connections. Nothing connects before the first statement. */
export function openDatabase(settings: ConnectionSettings, connectionsMax = 12): Database {
  const pool = new pg.Pool({
    ...toClientConfig(settings),
    max: connectionsMax,
    idleTimeoutMillis: 60_000,
    // Statements of one transaction are sent without waiting for the answer before; they are still worked on in order.
    pipeline: true,
  } as pg.PoolConfig);
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', ignore);
  let role: Promise<string | null> | undefined;
  const findRole = () => {
    role ??= findRequestRole(pool);
    role.catch(() => {
      role = undefined;
    });
    return role;
  };
  const system: Transacting = {
    query: (statement, values) => run(pool, statement, values),
    transaction: (work) => transact(pool, 'BEGIN', (client) => work({ query: (...asked) => run(client, ...asked) })),
  };
  return {
    ...system,
    system,
    as: (scope) => ({
      async query(statement, values) {
        const begin = beginText(scope, await findRole());
        return transactOne(pool, begin, (client) => run(client, behindWall(statement), values));
      },
      async transaction(work) {
        const begin = beginText(scope, await findRole());
        return transact(pool, begin, (client) =>
          work({ query: (statement, values) => run(client, behindWall(statement), values) }),
        );
      },
    }),
    close: () => pool.end(),
  };
}

/** The role of requests, or null where the connecting role may not become it. */
async function findRequestRole(pool: pg.Pool): Promise<string | null> {
  const rows = await run<{ usable: boolean }>(
    pool,
    `SELECT pg_has_role(oid, CASE WHEN current_setting('server_version_num')::int < 160000 THEN 'MEMBER' ELSE 'SET' END) AS usable
     FROM pg_roles WHERE rolname = $1`,
    [requestRole],
  );
  return rows[0]?.usable ? requestRole : null;
}

/** A statement is planned for a role: under a name of its own it need not be planned again at every change of role. */
function behindWall(statement: Statement | string): Statement | string {
  if (typeof statement === 'string' || statement.name === undefined) return statement;
  return { name: `${statement.name} (wall)`, text: statement.text };
}

/**
 * One statement as a transaction, all sent at once: it costs no round trip more than without. If the statement fails, the
 * COMMIT behind it rolls back.
 */
async function transactOne<Row>(
  pool: pg.Pool,
  begin: string,
  ask: (client: pg.PoolClient) => Promise<Row[]>,
): Promise<Row[]> {
  const client = await pool.connect().catch(toUnavailable);
  client.on('error', ignore);
  const [begun, asked, ended] = await Promise.allSettled([run(client, begin), ask(client), run(client, 'COMMIT')]);
  client.off('error', ignore);
  const isBroken = [begun, asked, ended].some(
    (each) => each.status === 'rejected' && each.reason instanceof Unavailable,
  );
  client.release(isBroken);
  for (const each of [begun, asked, ended]) if (each.status === 'rejected') throw each.reason;
  return (asked as PromiseFulfilledResult<Row[]>).value;
}

async function transact<T>(pool: pg.Pool, begin: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch(toUnavailable);
  let broken = false;
  // A connection in use that breaks tells its statement; without a listener it would also end the process.
  client.on('error', ignore);
  try {
    await run(client, begin);
    const result = await work(client);
    await run(client, 'COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.off('error', ignore);
    client.release(broken);
  }
}

function ignore(): void {}

async function run<Row>(
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

function toUnavailable(error: unknown): never {
  throw new Unavailable('PostgreSQL cannot be reached', { cause: error });
}
