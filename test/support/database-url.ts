import type { ConnectionSettings } from '../../src/platform/postgres/database.ts';

/** A database as DATABASE_URL writes it; a socket's folder goes into the host, percent-encoded. */
export function toDatabaseUrl(connection: ConnectionSettings): string {
  if ('url' in connection) return connection.url;
  const { host, user, password, database } = connection;
  return `postgres://${user}:${encodeURIComponent(password)}@${encodeURIComponent(host)}/${database}`;
}
