import type { Queryable } from '../../../platform/postgres/database.ts';

/** Secrets of this installation, by name. */
export async function readSecrets(connection: Queryable): Promise<Readonly<Record<string, Uint8Array>>> {
  const rows = await connection.query<{ name: string; value: Buffer }>('SELECT name, value FROM secrets');
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** Keeps secrets under those names that have none yet: whoever came first is believed. */
export async function insertMissingSecrets(
  connection: Queryable,
  secrets: readonly { readonly name: string; readonly value: Buffer }[],
): Promise<void> {
  await connection.query(
    'INSERT INTO secrets (name, value) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT (name) DO NOTHING',
    [secrets.map(({ name }) => name), secrets.map(({ value }) => value)],
  );
}
