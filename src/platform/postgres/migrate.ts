import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { StartRefused } from '../start-refused.ts';
import { type Queryable, sqlState, type Transacting } from './database.ts';

const folder = new URL('./migrations/', import.meta.url);

/** The schema cannot be brought up to date: one line for the user. */
class MigrationRefused extends StartRefused {
  override readonly name = 'MigrationRefused';
}

interface Migration {
  readonly id: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{4}-.*\.sql$/.test(name)).sort();
  return Promise.all(
    names.map(async (name) => {
      const sql = await readFile(new URL(name, folder), 'utf8');
      return { id: Number(name.slice(0, 4)), name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

/**
 * Brings the schema up to date, forward only, each file once in its own transaction, under an advisory lock so that
 * two starts do not race. Refuses ({@link MigrationRefused}) a database that knows migrations we do not, a file whose
 * checksum changed after it ran, and a database user who may not make what is needed. Answers how many files ran.
 */
export async function migrate(bypassingRls: Transacting): Promise<number> {
  const migrations = await readMigrations();
  return bypassingRls
    .transaction((tx) => migrateIn(tx, migrations), { isLong: true })
    .catch((error) => {
      if (!['42501', '0A000', '58P01'].includes(sqlState(error) ?? '')) throw error;
      throw new MigrationRefused(`The database cannot be set up: ${error.message}.`, { cause: error });
    });
}

async function migrateIn(tx: Queryable, migrations: readonly Migration[]): Promise<number> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('onsale migrations'))`);
  await tx.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      id integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  const rows = await tx.query<{ id: number; name: string; checksum: string }>('SELECT * FROM schema_migrations');
  const applied = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(migrations.map((migration) => migration.id));
  const unknown = rows.find((row) => !known.has(row.id));
  if (unknown) {
    throw new MigrationRefused(`The data belongs to a newer Onsale (it has migration ${unknown.name}). Update Onsale.`);
  }
  let ran = 0;
  for (const migration of migrations) {
    const before = applied.get(migration.id);
    if (before && before.checksum !== migration.checksum) {
      throw new MigrationRefused(`Migration ${migration.name} was changed after it ran. Migrations only go forward.`);
    }
    if (before) continue;
    await tx.query(migration.sql);
    await tx.query('INSERT INTO schema_migrations (id, name, checksum) VALUES ($1, $2, $3)', [
      migration.id,
      migration.name,
      migration.checksum,
    ]);
    ran += 1;
  }
  // Row-level security for tables that later migrations made, too (see 0009-walls.sql).
  if (ran > 0) await tx.query('SELECT raise_walls()');
  return ran;
}
