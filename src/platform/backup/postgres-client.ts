import pg from 'pg';
import { type ConnectionSettings, toClientConfig } from '../postgres/connection.ts';
import { StartRefused } from '../start-refused.ts';
import { BackupRefused } from './backup-refused.ts';

/** Asks on a connection of its own, which may be held for long. Throws `BackupRefused` if PostgreSQL goes away or refuses. */
export async function withClient<T>(
  connection: ConnectionSettings,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(toClientConfig(connection));
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } catch (error) {
    const isOfPostgres = error instanceof pg.DatabaseError || /\bconnect/i.test((error as Error).message);
    if (error instanceof StartRefused || !isOfPostgres) throw error;
    throw new BackupRefused(`PostgreSQL did not go along: ${(error as Error).message}.`, { cause: error });
  } finally {
    await client.end().catch(() => {});
  }
}
