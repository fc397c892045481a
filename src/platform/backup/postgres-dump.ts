import pg from 'pg';
import { restoreMark as marker } from '../postgres/restore-mark.ts';
import { BackupRefused } from './backup-refused.ts';
import type { BackupStore, Content } from './backup-store.ts';
import { type Manifest, readPart } from './manifest.ts';
import { withClient } from './postgres-client.ts';
import { feedProgram, readProgram } from './postgres-programs.ts';
import { adding, type BackupSource, type Progress } from './take-backup.ts';

/** The part that holds what pg_dump wrote, in its own compressed format. */
const dumpPart = 'database.dump';

/** Roles that the schema grants to where they are there; they belong to the server and are in no dump. */
const ownRoles = ['onsale_request', 'onsale_sale'];

interface About {
  readonly postgres: number;
  readonly system: string;
  readonly schema: string;
  readonly now: Date;
  readonly seesAll: boolean;
  readonly bytes: number;
}

// Who is held by row-level security (an owner is, by FORCE) sees all rows by the policy `system`, as long as it is made for this very role.
const readAbout = `SELECT current_setting('server_version_num')::int / 10000 AS postgres,
    (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS system,
    current_schema() AS schema, clock_timestamp() AS now, pg_database_size(current_database())::float AS bytes,
    (SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user) OR NOT EXISTS (
      SELECT FROM pg_class c WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity AND NOT EXISTS (
        SELECT FROM pg_policy p WHERE polrelid = c.oid AND polpermissive AND polcmd = '*'
          AND polname = 'system' AND current_user::regrole = ANY (polroles))) AS "seesAll"`;

/**
 * An external PostgreSQL, by pg_dump: one snapshot of the schema that Onsale lives in, while a sale goes on or not. Whatever was
 * committed before it began is in it. Needs no right but that of the user whom the tables belong to.
 */
export function createDumpSource(url: string, keptFiles: BackupSource['keptFiles']): BackupSource {
  return {
    kind: 'dump',
    keptFiles,
    readSystem: async () => (await ask(url, about)).system,
    async copy({ write, report }) {
      const { postgres, system, schema, now, seesAll, bytes } = await ask(url, about);
      if (!seesAll) {
        throw new BackupRefused(
          'The user of DATABASE_URL does not see all rows: it is not the one who made the tables. Name that one.',
        );
      }
      // Packed it is a third of the database at most; nobody knows before.
      const add = adding(report, 'Dumping PostgreSQL', bytes / 3);
      async function* counted() {
        const args = ['--format=custom', `--schema=${schema}`, '--enable-row-security', '--no-owner', '--no-comments'];
        for await (const piece of readProgram('pg_dump', url, [...args, '--compress=1'])) {
          add(piece.length);
          yield piece;
        }
      }
      await write(dumpPart, counted());
      return { postgres, system, upTo: now.toISOString(), wal: null };
    },
  };
}

/**
 * Restores a dump into an empty database, in one transaction, then runs `finish` on it. Until that is done no server starts there. Throws
 * `BackupRefused` with one line: a database that is not empty, a dump that is damaged (read once through before anything is written), an
 * older PostgreSQL, rights that are missing.
 */
export async function restoreDump(parts: {
  readonly url: string;
  readonly store: BackupStore;
  readonly manifest: Manifest;
  readonly finish: () => Promise<void>;
  readonly report: Progress;
}): Promise<void> {
  const { url, store, manifest, finish, report } = parts;
  const total = manifest.parts.find(({ name }) => name === dumpPart)?.bytes ?? 0;
  const reading = (label: string) => readPart(store, manifest, dumpPart, adding(report, label, total));
  const schema = await ask(url, async (client) => {
    await refuseUnlessEmptyDatabase(client);
    const { schema, postgres } = await about(client);
    if (postgres < manifest.postgres) {
      throw new BackupRefused(
        `The backup is of PostgreSQL ${manifest.postgres}, this is ${postgres}. Restore into ${manifest.postgres} or newer.`,
      );
    }
    return schema;
  });
  await readThrough(reading('Checking'));
  await ask(url, (client) => prepare(client, schema));
  try {
    const args = ['--single-transaction', '--exit-on-error', '--no-owner', '--no-comments', `--schema=${schema}`];
    await feedProgram('pg_restore', url, args, reading('Restoring'));
  } catch (error) {
    await ask(url, (client) => client.query(`DROP TABLE IF EXISTS ${marker}`)).catch(() => {});
    throw error;
  }
  await finish();
  await ask(url, (client) => client.query(`DROP TABLE ${marker}`));
}

async function readThrough(content: Content): Promise<void> {
  const pieces = content[Symbol.asyncIterator]();
  while (!(await pieces.next()).done);
}

/** Throws `BackupRefused` if there are tables, views or functions of anybody's. What extensions bring does not count. */
async function refuseUnlessEmptyDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string; database: string }>(
    `SELECT relname AS name, current_database() AS database FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema'
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND deptype = 'e')
     ORDER BY relname = '${marker}' DESC, relkind = 'r' DESC, relname LIMIT 1`,
  );
  const [found] = rows;
  if (found === undefined) return;
  throw new BackupRefused(
    found.name === marker
      ? `A restore into the database ${found.database} is under way, or was broken off. In the second case drop the database and make it anew.`
      : `The database ${found.database} is not empty: it holds ${found.name}. Restore into an empty one; nothing was changed.`,
  );
}

/** What a dump does not bring: the mark, the extension, and the roles that the schema grants to. */
async function prepare(client: pg.Client, schema: string): Promise<void> {
  await client.query(`CREATE TABLE ${marker} (since timestamptz NOT NULL DEFAULT now())`);
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
  for (const role of ownRoles) {
    await client.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${role} NOLOGIN NOINHERIT; END IF;
      IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN GRANT ${role} TO CURRENT_USER; END IF;
    EXCEPTION WHEN insufficient_privilege OR duplicate_object OR unique_violation THEN NULL;
    END $$`);
    await client.query(`DO $$ BEGIN
      IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN GRANT USAGE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${role}; END IF;
    END $$`);
  }
}

async function about(client: pg.Client): Promise<About> {
  const { rows } = await client.query<About>(readAbout);
  return rows[0]!;
}

function ask<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return withClient({ url }, work);
}
