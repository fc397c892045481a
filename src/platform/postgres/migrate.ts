import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { version as versionNow } from '../../version.ts';
import { StartRefused } from '../start-refused.ts';
import { type Queryable, sqlState, type Transacting } from './database.ts';
import { restoreMark } from './restore-mark.ts';

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
 * Brings the schema up to date, forward only, all files in one transaction, under an advisory lock so that of several starts
 * one does it and the others wait. Refuses ({@link MigrationRefused}) a database that knows migrations we do not and that is
 * not of the version after ours ({@link runsOn}), a file whose checksum changed after it ran, and a database user who may not
 * make what is needed. Answers how many files ran.
 */
export async function migrate(bypassingRls: Transacting, version = versionNow): Promise<number> {
  const migrations = await readMigrations();
  return bypassingRls
    .transaction((tx) => migrateIn(tx, migrations, version), { isLong: true })
    .catch((error) => {
      if (!['42501', '0A000', '58P01'].includes(sqlState(error) ?? '')) throw error;
      throw new MigrationRefused(`The database cannot be set up: ${error.message}.`, { cause: error });
    });
}

interface RanMigration {
  readonly id: number;
  readonly name: string;
  readonly checksum: string;
  /** Of the Onsale that ran it; null: one that did not say it yet. */
  readonly version: string | null;
}

/**
 * Whether code of one version runs on a schema that another one made. A migration lets code of the version before run on it, so
 * that processes are replaced one after the other: before 1.0.0 that is the same minor version or the one before, then the
 * same or the last major version.
 */
function runsOn(code: string, schema: string): boolean {
  const [ours, theirs] = [code, schema].map((text) => text.split(/[.-]/).map(Number)) as [number[], number[]];
  const [major = 0, minor = 0] = ours;
  const [majorThere = 0, minorThere = 0] = theirs;
  if (major === 0 && majorThere === 0) return minorThere <= minor + 1;
  return major > 0 && majorThere <= major + 1;
}

async function migrateIn(tx: Queryable, migrations: readonly Migration[], version: string): Promise<number> {
  await tx.query(`SELECT pg_advisory_xact_lock(hashtext('onsale migrations'))`);
  const [mark] = await tx.query('SELECT 1 WHERE to_regclass($1) IS NOT NULL', [restoreMark]);
  if (mark) {
    throw new MigrationRefused(
      'A backup is being restored into this database, or that was broken off. In the second case drop the database and make it anew.',
    );
  }
  await tx.query(`CREATE TABLE IF NOT EXISTS schema_migrations (
      id integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`);
  const rows = await tx.query<RanMigration>(
    `SELECT id, name, checksum, to_jsonb(m)->>'version' AS version FROM schema_migrations m ORDER BY id`,
  );
  const applied = new Map(rows.map((row) => [row.id, row]));
  const known = new Set(migrations.map((migration) => migration.id));
  const unknown = rows.find((row) => !known.has(row.id) && !(row.version !== null && runsOn(version, row.version)));
  if (unknown) {
    const { name, version: theirs } = unknown;
    const newer = theirs === null ? 'a newer Onsale' : `Onsale ${theirs}, this is ${version}`;
    throw new MigrationRefused(`The data belongs to ${newer} (it has migration ${name}). Update Onsale.`);
  }
  let ran = 0;
  for (const migration of migrations) {
    const before = applied.get(migration.id);
    if (before && before.checksum !== migration.checksum) {
      throw new MigrationRefused(`Migration ${migration.name} was changed after it ran. Migrations only go forward.`);
    }
    if (before) continue;
    if (ran === 0) await tx.query('ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS version text');
    await tx.query(migration.sql);
    await tx.query('INSERT INTO schema_migrations (id, name, checksum, version) VALUES ($1, $2, $3, $4)', [
      migration.id,
      migration.name,
      migration.checksum,
      version,
    ]);
    ran += 1;
  }
  // Row-level security for tables that later migrations made, too (see 0009-walls.sql).
  if (ran > 0) await tx.query('SELECT raise_walls()');
  return ran;
}

/** How a schema stands to the code that asks. */
export interface SchemaState {
  /** Of the last migration that ran; null: none has. */
  readonly newest: string | null;
  /** How many have run. */
  readonly ran: number;
  /** Migrations of ours that have not. */
  readonly pending: readonly string[];
  /** Migrations that a newer Onsale has brought. */
  readonly unknown: readonly string[];
}

/** Reads how far a schema is; changes nothing. */
export async function readSchema(bypassingRls: Queryable): Promise<SchemaState> {
  const migrations = await readMigrations();
  const [table] = await bypassingRls.query(`SELECT 1 WHERE to_regclass('schema_migrations') IS NOT NULL`);
  const rows = table
    ? await bypassingRls.query<{ id: number; name: string }>('SELECT id, name FROM schema_migrations ORDER BY id')
    : [];
  const [ran, known] = [rows, migrations].map((list) => new Set(list.map(({ id }) => id))) as [
    Set<number>,
    Set<number>,
  ];
  const shown = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name.replace(/\.sql$/, ''));
  return {
    newest: shown(rows).at(-1) ?? null,
    ran: rows.length,
    pending: shown(migrations.filter(({ id }) => !ran.has(id))),
    unknown: shown(rows.filter(({ id }) => !known.has(id))),
  };
}
