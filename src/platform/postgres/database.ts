import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { PoolCounts } from '../telemetry/metrics.ts';
import { type ConnectionSettings, toClientConfig } from './connection.ts';
import { createDiskSpace } from './disk-space.ts';
import { createLines, type Lines } from './lines.ts';
import { feelPulse } from './pulse.ts';
import { onConnection, run, type Statement, transact, transactOne } from './run-statements.ts';
import { openSales } from './sales.ts';
import { beginText, findingRole, requestRole, type Scope } from './scope.ts';

export { type ConnectionSettings, toClientConfig } from './connection.ts';
export { constraintOf, DiskFull, type Statement, sqlState, Unavailable } from './run-statements.ts';

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
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

export interface TransactionOptions {
  /** Its statements may take as long as much work takes ({@link longMs}): minting half a million places, a migration. */
  readonly isLong?: boolean;
}

/**
 * PostgreSQL as slices see it: row-level security isolates organisers from each other (migration 0009), so whoever asks
 * says first as whom. There is no way to ask without saying it.
 */
export interface TenantDatabase {
  /** Asks as an organiser, a buyer or the public: rows of others are not there. For whatever a request does. */
  as(scope: Scope): Transacting;
  /**
   * Asks as Onsale itself and sees the rows of every organiser: for jobs, the relay, ledgers, identity. Never with what a
   * caller chose freely. Whoever holds it calls it by this name, so that it is seen wherever it is used.
   */
  readonly bypassingRls: Transacting;
}

/** PostgreSQL as whoever opened it holds it. */
export interface Database extends TenantDatabase {
  /** False while the disk is full: what is held now could not be paid for. */
  readonly canWrite: boolean;
  /** How many connections there are now, and what they do. */
  pools(): PoolCounts[];
  /** Ends all connections after running statements are done; what is still busy after {@link closeMs} is cut. */
  close(): Promise<void>;
}

/** No statement of a request or a job takes longer: whoever waited that long has gone away. */
const statementMs = 30_000;
/** Nor does a batch of purchases, whose buyers look at the screen. */
const saleMs = 5_000;
/** What is much work takes at most this long. */
const longMs = 3_600_000;
/** By so much we are more patient than the server, which says more about what it gave up than a lost connection. */
const graceMs = 2_000;
/** A request waits for a connection at most this long. */
const waitMs = 5_000;

/** At the end what still asks is waited for this long: nobody is there any more whom its answer would serve. */
const closeMs = 5_000;

/** So many batches are written at once at most: one of each kind. */
export const sellingMax = 4;

export interface OpenOptions {
  /** A server's: one that hangs is noticed, and nobody waits for it (see {@link feelPulse}). How it is asked, past any pooler. */
  readonly watchedBy?: ConnectionSettings;
  /** A command's: every statement may be much work. */
  readonly isPatient?: boolean;
  /** Something an operator should find in the log. */
  readonly onNotice?: (sentence: string) => void;
}

/**
 * Opens a pool of at most `connectionsMax` connections, and beside it a few for sales. Nothing connects before the first
 * statement, unless it is watched. Every statement has a deadline, the server's and, should the server be silent, ours.
 * Through a pooler every statement is a transaction and brings along all that holds for it, sent at once.
 */
export function openDatabase(
  settings: ConnectionSettings,
  connectionsMax = 12,
  { watchedBy, isPatient = false, onNotice = () => {} }: OpenOptions = {},
): Database {
  const { isPooled = false, isPrepared = true } = settings;
  const lines = createLines();
  const deadlineMs = isPatient ? longMs : statementMs;
  const pool = openPool(settings, lines, connectionsMax, deadlineMs);
  const sellers = openPool(settings, lines, Math.min(sellingMax, connectionsMax), saleMs);
  const say = isPrepared ? asItIs : withoutName;
  const sales = openSales(sellers, { deadlineMs: isPooled ? saleMs : null, say });
  const findRole = findingRole(pool, requestRole);
  const pulse = watchedBy ? feelPulse({ connection: watchedBy, lines, isPooled, onNotice }) : null;
  /** What a connection of our own was set to when it was opened. */
  const pooled = (begin: string) => (isPooled ? `${begin}; SET LOCAL statement_timeout = ${deadlineMs}` : begin);
  const sayForRole = (statement: Statement | string) => say(namedForRole(statement));
  const plain: Transacting = {
    query: (statement, values) =>
      isPooled
        ? onConnection(pool, (client) =>
            transactOne(client, pooled('BEGIN'), () => run<never>(client, say(statement), values)),
          )
        : onConnection(pool, (client) => run(client, say(statement), values)),
    transaction: (work, options) =>
      onConnection(pool, (client) =>
        transact(client, beginning(pooled('BEGIN'), options), () => work(on(client, options, say))),
      ),
  };
  const disk = createDiskSpace({ look: () => plain, onNotice });
  return {
    bypassingRls: disk.watch(plain),
    pools: () => [countsOf('general', pool), countsOf('sales', sellers)],
    get canWrite() {
      return !disk.isFull;
    },
    as(scope) {
      if ('sellers' in scope) return disk.watch(sales.as(scope));
      return disk.watch({
        async query(statement, values) {
          const begin = pooled(beginText(scope, await findRole()));
          return onConnection(pool, (client) =>
            transactOne(client, begin, () => run<never>(client, sayForRole(statement), values)),
          );
        },
        async transaction(work, options) {
          const begin = beginning(pooled(beginText(scope, await findRole())), options);
          return onConnection(pool, (client) => transact(client, begin, () => work(on(client, options, sayForRole))));
        },
      });
    },
    async close() {
      disk.stop();
      const closed = Promise.all([pulse?.stop(), pool.end(), sales.close()]);
      const waiting = new AbortController();
      const late = sleep(closeMs, 'late', { signal: waiting.signal }).catch(() => {});
      const how = await Promise.race([closed, late]).finally(() => waiting.abort());
      if (how !== 'late') return;
      closed.catch(() => {});
      lines.cut();
      onNotice('A connection to PostgreSQL was still busy when all was to end, and was cut.');
    },
  };
}

function countsOf(name: string, { totalCount, idleCount, waitingCount }: pg.Pool): PoolCounts {
  return { pool: name, open: totalCount, idle: idleCount, waiting: waitingCount };
}

function beginning(begin: string, { isLong }: TransactionOptions = {}): string {
  return isLong ? `${begin}; SET LOCAL statement_timeout = ${longMs}` : begin;
}

/** What a transaction asks its connection. */
function on(client: pg.PoolClient, { isLong }: TransactionOptions = {}, say: Say): Queryable {
  const deadlineMs = isLong ? longMs + graceMs : undefined;
  return { query: (statement, values) => run(client, say(statement), values, deadlineMs) };
}

function openPool(settings: ConnectionSettings, lines: Lines, connectionsMax: number, deadlineMs: number): pg.Pool {
  const pool = new pg.Pool({
    ...toClientConfig(settings),
    Client: lines.Client,
    max: connectionsMax,
    connectionTimeoutMillis: waitMs,
    idleTimeoutMillis: 60_000,
    query_timeout: deadlineMs + graceMs,
    // Statements of one transaction are sent without waiting for the answer before; they are still worked on in order.
    pipeline: true,
  } as pg.PoolConfig);
  // A connection that breaks is replaced at the next use, and fails the statement that it was used for; without a
  // listener it would end the process too.
  const ignore = () => {};
  pool.on('error', ignore);
  pool.on('connect', (client) => {
    client.on('error', ignore);
    if (settings.isPooled) return;
    // Said here and not with the connection: poolers between us and the server refuse what they do not know there.
    client.query(`SET statement_timeout = ${deadlineMs}`).catch(ignore);
  });
  return pool;
}

/** How a statement is put to a connection. */
export type Say = (statement: Statement | string) => Statement | string;

const asItIs: Say = (statement) => statement;

/** The next transaction may run on a connection that has not prepared it. */
const withoutName: Say = (statement) => (typeof statement === 'string' ? statement : statement.text);

/** A statement is planned for a role: under a name of its own it need not be planned again at every change of role. */
function namedForRole(statement: Statement | string): Statement | string {
  if (typeof statement === 'string' || statement.name === undefined) return statement;
  return { name: `${statement.name} (request role)`, text: statement.text };
}
