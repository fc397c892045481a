import pg from 'pg';
import { StartRefused } from '../start-refused.ts';
import { type ConnectionSettings, toClientConfig } from './connection.ts';

const oldestMajor = 15;

/** The addresses of one database, as they are set. */
export interface ExternalAddresses {
  /** DATABASE_URL. */
  readonly url: string;
  /** DATABASE_DIRECT_URL: past a pooler. */
  readonly directUrl?: string | undefined;
  /** DATABASE_READ_URL: a standby. */
  readonly readUrl?: string | undefined;
  /** DATABASE_PREPARED. */
  readonly isPrepared?: boolean;
}

/** How the database is reached. */
export interface ExternalConnections {
  readonly connection: ConnectionSettings;
  /** For whatever needs the server itself; the same where nothing stands in between. */
  readonly direct: ConnectionSettings;
  /** The standby that the public reads from; null: there is none. */
  readonly read: ConnectionSettings | null;
}

/**
 * Looks whether Onsale can work on the PostgreSQL that these addresses name, and answers how it is reached. Throws
 * {@link StartRefused} with one line that names the setting and says what to change: not reachable, wrong user or password, no such
 * database, older than 15, not UTF-8, a standby, addresses of two databases. Never repeats the password.
 */
export async function checkExternalServer(
  { url, directUrl, readUrl, isPrepared = true }: ExternalAddresses,
  onNotice: (sentence: string) => void = () => {},
): Promise<ExternalConnections> {
  const isPooled = directUrl !== undefined || !isPrepared;
  const server = await lookAt(url, 'DATABASE_URL');
  if (server.isPooled && !isPooled) {
    onNotice(
      'DATABASE_URL leads through a pooler. If it lends connections by the transaction, set DATABASE_PREPARED=off and DATABASE_DIRECT_URL.',
    );
  }
  const connection: ConnectionSettings = isPooled ? { url, isPooled, isPrepared } : { url };
  if (directUrl === undefined) {
    if (isPooled) {
      onNotice(
        'DATABASE_DIRECT_URL is not set: leases and starts wait for the pooler, and nothing notices that PostgreSQL hangs.',
      );
    }
    return { connection, direct: connection, read: await checkRead(server, readUrl, isPrepared) };
  }
  const direct = await lookAt(directUrl, 'DATABASE_DIRECT_URL');
  if (!isSameDatabase(server, direct)) {
    throw new StartRefused(`${direct.place} is not the database that DATABASE_URL leads to. Name the same one.`);
  }
  if (direct.user !== server.user) {
    throw new StartRefused(
      `${direct.place} is asked as ${direct.user}, but DATABASE_URL as ${server.user}. Name the same user in both.`,
    );
  }
  return { connection, direct: { url: directUrl }, read: await checkRead(server, readUrl, isPrepared) };
}

/** A standby that has become the primary meanwhile may be there: it is not read from, and that is said while the process runs. */
async function checkRead(
  server: ServerFacts,
  url: string | undefined,
  isPrepared: boolean,
): Promise<ConnectionSettings | null> {
  if (url === undefined) return null;
  const read = await lookAt(url, 'DATABASE_READ_URL', { mayBeStandby: true });
  if (!isSameDatabase(server, read)) {
    throw new StartRefused(
      `${read.place} is no copy of the database that DATABASE_URL leads to. Name a standby of it that follows it by streaming.`,
    );
  }
  return read.isPooled || !isPrepared ? { url, isPooled: true, isPrepared } : { url };
}

function isSameDatabase(one: ServerFacts, other: ServerFacts): boolean {
  return one.system === other.system && one.database === other.database;
}

interface ServerFacts {
  /** In words, without the password. */
  readonly place: string;
  /** Which installation of PostgreSQL it is, its standbys included. */
  readonly system: string;
  readonly database: string;
  readonly user: string;
  /** Something stands in between that lends connections. */
  readonly isPooled: boolean;
}

async function lookAt(url: string, setting: string, { mayBeStandby = false } = {}): Promise<ServerFacts> {
  const client = new pg.Client(toClientConfig({ url }));
  client.on('error', () => {});
  const place = describe(client, setting);
  try {
    await client.connect();
    const { rows } = await client.query<{
      version: string;
      number: number;
      encoding: string;
      standby: boolean;
      system: string;
      database: string;
      user: string;
      pid: number;
    }>(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
         current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby,
         (SELECT system_identifier::text FROM pg_control_system()) AS system,
         current_database() AS database, current_user AS user, pg_backend_pid() AS pid`,
    );
    const { version, number, encoding, standby, system, database, user, pid } = rows[0]!;
    if (number < oldestMajor * 10_000) {
      throw new StartRefused(`${place} is PostgreSQL ${version}; Onsale needs ${oldestMajor} or newer.`);
    }
    if (encoding !== 'UTF8') {
      throw new StartRefused(`${place} has the encoding ${encoding}; make the database with ENCODING 'UTF8'.`);
    }
    if (standby && !mayBeStandby) {
      throw new StartRefused(`${place} is a standby that cannot be written. Name the primary in ${setting}.`);
    }
    const isPooled = (client as unknown as { processID: number }).processID !== pid;
    return { place, system, database, user, isPooled };
  } catch (error) {
    throw error instanceof StartRefused ? error : new StartRefused(explain(place, error), { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

function describe(client: pg.Client, setting: string): string {
  const host = client.host.startsWith('/') ? client.host : `${client.host}:${client.port}`;
  return `The database ${client.database ?? ''} at ${host} (${setting})`;
}

function explain(place: string, error: unknown): string {
  const { code = '', message } = error as { code?: string; message: string };
  if (code === '28P01' || code === '28000') return `${place} refuses the user or the password: ${message}.`;
  if (code === '3D000') return `${place} does not exist; create it, or name another.`;
  if (code === '53300') return `${place} has no connection left: ${message}.`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `${place} cannot be reached: its host name is unknown.`;
  if (error instanceof AggregateError) return explain(place, error.errors[0]);
  return `${place} cannot be reached: ${message || code}.`;
}
