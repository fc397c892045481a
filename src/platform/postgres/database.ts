import pg from 'pg';
import { onConnection, run, type Statement, transact, transactOne } from './run-statements.ts';
import { openSales } from './sales.ts';
import { beginText, findingRole, requestRole, type Scope } from './scope.ts';

export { constraintOf, type Statement, sqlState, Unavailable } from './run-statements.ts';

// Counts and money fit 2^53 (the schema bounds them), so bigint columns come back as numbers.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

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

/** What `pg` needs to connect: a URL, or the parts of a private socket. */
export type ConnectionSettings =
  | { readonly url: string }
  | { readonly host: string; readonly user: string; readonly password: string; readonly database: string };

export function toClientConfig(settings: ConnectionSettings): pg.ClientConfig {
  const common = { application_name: 'onsale', connectionTimeoutMillis: 10_000 };
  return 'url' in settings ? { ...common, connectionString: settings.url } : { ...common, ...settings };
}

/** So many batches are written at once at most: one of each kind. */
const sellingMax = 4;

/**
 * Opens a pool of at most `connectionsMax` connections, and beside it a few for sales. Nothing connects before the first
 * statement.
 */
export function openDatabase(settings: ConnectionSettings, connectionsMax = 12): Database {
  const pool = openPool(settings, connectionsMax);
  const sales = openSales(openPool(settings, Math.min(sellingMax, connectionsMax)));
  const findRole = findingRole(pool, requestRole);
  const system: Transacting = {
    query: (statement, values) => run(pool, statement, values),
    transaction: (work) =>
      onConnection(pool, (client) =>
        transact(client, 'BEGIN', () => work({ query: (...asked) => run(client, ...asked) })),
      ),
  };
  return {
    ...system,
    system,
    as(scope) {
      if ('sellers' in scope) return sales.as(scope);
      return {
        async query(statement, values) {
          const begin = beginText(scope, await findRole());
          return onConnection(pool, (client) =>
            transactOne(client, begin, () => run<never>(client, behindWall(statement), values)),
          );
        },
        async transaction(work) {
          const begin = beginText(scope, await findRole());
          return onConnection(pool, (client) =>
            transact(client, begin, () =>
              work({ query: (statement, values) => run(client, behindWall(statement), values) }),
            ),
          );
        },
      };
    },
    async close() {
      await Promise.all([pool.end(), sales.close()]);
    },
  };
}

function openPool(settings: ConnectionSettings, connectionsMax: number): pg.Pool {
  const pool = new pg.Pool({
    ...toClientConfig(settings),
    max: connectionsMax,
    idleTimeoutMillis: 60_000,
    // Statements of one transaction are sent without waiting for the answer before; they are still worked on in order.
    pipeline: true,
  } as pg.PoolConfig);
  // A connection that breaks is replaced at the next use, and tells the statement that it was used for; without a
  // listener it would end the process too.
  const ignore = () => {};
  pool.on('error', ignore);
  pool.on('connect', (client) => void client.on('error', ignore));
  return pool;
}

/** A statement is planned for a role: under a name of its own it need not be planned again at every change of role. */
function behindWall(statement: Statement | string): Statement | string {
  if (typeof statement === 'string' || statement.name === undefined) return statement;
  return { name: `${statement.name} (wall)`, text: statement.text };
}
