import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import {
  type ConnectionSettings,
  type Database,
  openDatabase,
  type Transacting,
} from '../../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { inDatabase } from './database-name.ts';
import { claim } from './needs.ts';

export { inDatabase } from './database-name.ts';

/** A database as tests see it: asked directly, it is asked as Onsale itself, since a test looks at everybody's rows. */
export interface TestDatabase extends Database, Transacting {}

/** The same database, which can also be asked directly, as Onsale itself. */
export function asTest(database: Database): TestDatabase {
  const { bypassingRls } = database;
  return {
    ...bypassingRls,
    bypassingRls,
    as: (scope) => database.as(scope),
    pools: () => database.pools(),
    get canWrite() {
      return database.canWrite;
    },
    close: () => database.close(),
  };
}

/** What the calling test file opened, closed in reverse when all its tests are done. */
const opened: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** Runs `close` after all tests of the file, before whatever was opened earlier is closed. */
export function atEnd(close: () => Promise<unknown>): void {
  opened.push(close);
}

/**
 * The PostgreSQL that tests run on: the one named by ONSALE_TEST_SERVER (test/run.ts starts one for all files, and CI
 * also names Debian's), else an embedded one started for this process and removed at its end.
 */
let server: Promise<{ admin: ConnectionSettings }> | undefined;

async function startServer(): Promise<{ admin: ConnectionSettings }> {
  const external = process.env.ONSALE_TEST_SERVER;
  if (external) return { admin: JSON.parse(external) as ConnectionSettings };
  const folder = await makeTemporaryDataFolder();
  const embedded = await startEmbeddedServer(folder.path);
  atEnd(async () => {
    await embedded.stop();
    await folder.remove();
  });
  return { admin: embedded.connection };
}

function asUser(settings: ConnectionSettings, user: string, password: string): ConnectionSettings {
  if (!('url' in settings)) return { ...settings, user, password };
  const url = new URL(settings.url);
  Object.assign(url, { username: user, password });
  return { url: url.href };
}

/**
 * A fresh, migrated database of its own for the calling test file, dropped when its tests are done. It is asked as the
 * server's superuser, or, with `attributes`, as an ordinary user with those, who owns the database and nothing else.
 * `isEmpty`: not even migrated.
 */
export async function createTestDatabase(
  options: Parameters<typeof createOwnDatabase>[0] = {},
): ReturnType<typeof createOwnDatabase> {
  claim('database');
  return createOwnDatabase(options);
}

/** The same for whatever a test app keeps in it, which its tests need not look at. */
export async function createOwnDatabase(
  options: { readonly attributes?: '' | 'CREATEROLE'; readonly isEmpty?: boolean } = {},
): Promise<{ database: TestDatabase; connection: ConnectionSettings }> {
  server ??= startServer();
  const { admin } = await server;
  const name = `test_${randomBytes(6).toString('hex')}`;
  const { bypassingRls: owner, close } = openDatabase(admin, 1);
  const { attributes } = options;
  const isOrdinary = attributes !== undefined;
  const password = randomBytes(12).toString('hex');
  if (isOrdinary) await owner.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${attributes}`);
  const template = isOrdinary || options.isEmpty ? undefined : process.env.ONSALE_TEST_TEMPLATE;
  const origin = isOrdinary ? `OWNER ${name}` : template ? `TEMPLATE ${template}` : '';
  await owner.query(`CREATE DATABASE ${name} ${origin}`);
  const connection = inDatabase(isOrdinary ? asUser(admin, name, password) : admin, name);
  const database = asTest(openDatabase(connection));
  if (!template && !options.isEmpty) await migrate(database.bypassingRls);
  atEnd(async () => {
    await database.close();
    await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    if (isOrdinary) await owner.query(`DROP ROLE IF EXISTS ${name}`);
    await close();
  });
  return { database, connection };
}
