import pg from 'pg';
import { StartRefused } from '../start-refused.ts';
import { toClientConfig } from './connection.ts';

const oldestMajor = 15;

/**
 * Looks whether Onsale can work on the PostgreSQL that DATABASE_URL names. Throws {@link StartRefused} with one line
 * that says what to change: not reachable, wrong user or password, no such database, older than 15, not UTF-8, a
 * standby. Never repeats the password.
 */
export async function checkExternalServer(url: string): Promise<void> {
  const client = new pg.Client(toClientConfig({ url }));
  client.on('error', () => {});
  const place = describe(client);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; number: number; encoding: string; standby: boolean }>(
      `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
         current_setting('server_encoding') AS encoding, pg_is_in_recovery() AS standby`,
    );
    const { version, number, encoding, standby } = rows[0]!;
    if (number < oldestMajor * 10_000) {
      throw new StartRefused(`${place} is PostgreSQL ${version}; Onsale needs ${oldestMajor} or newer.`);
    }
    if (encoding !== 'UTF8') {
      throw new StartRefused(`${place} has the encoding ${encoding}; make the database with ENCODING 'UTF8'.`);
    }
    if (standby)
      throw new StartRefused(`${place} is a standby that cannot be written. Name the primary in DATABASE_URL.`);
  } catch (error) {
    throw error instanceof StartRefused ? error : new StartRefused(explain(place, error), { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}

function describe(client: pg.Client): string {
  const host = client.host.startsWith('/') ? client.host : `${client.host}:${client.port}`;
  return `The database ${client.database ?? ''} at ${host} (DATABASE_URL)`;
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
