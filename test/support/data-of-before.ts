import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createTestDatabase } from './database.ts';

const folder = new URL('../../src/platform/postgres/migrations/', import.meta.url);

/** A database as the versions left it that had no migration from `number` on (`0033`): for data that it must put right. */
export async function databaseBefore(number: string, options: Parameters<typeof createTestDatabase>[0] = {}) {
  const made = await createTestDatabase({ ...options, isEmpty: true });
  const { database } = made;
  await database.query(`CREATE TABLE schema_migrations (
    id integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  for (const name of (await readdir(folder)).sort().filter((each) => each < number)) {
    const sql = await readFile(new URL(name, folder), 'utf8');
    await database.transaction(async (tx) => {
      await tx.query(sql);
      await tx.query('INSERT INTO schema_migrations VALUES ($1, $2, $3)', [
        Number(name.slice(0, 4)),
        name,
        createHash('sha256').update(sql).digest('hex'),
      ]);
    });
  }
  await database.query('SELECT raise_walls()');
  return made;
}
