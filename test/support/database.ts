import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { type ConnectionSettings, type Database, openDatabase } from '../../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { inDatabase } from './database-name.ts';

export { inDatabase } from './database-name.ts';

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
  const given = process.env.ONSALE_TEST_SERVER;
  if (given) return { admin: JSON.parse(given) as ConnectionSettings };
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
  options: { readonly attributes?: '' | 'CREATEROLE'; readonly isEmpty?: boolean } = {},
): Promise<{ database: Database; connection: ConnectionSettings }> {
  server ??= startServer();
  const { admin } = await server;
  const name = `test_${randomBytes(6).toString('hex')}`;
  const owner = openDatabase(admin, 1);
  const { attributes } = options;
  const isOrdinary = attributes !== undefined;
  const password = randomBytes(12).toString('hex');
  if (isOrdinary) await owner.query(`CREATE ROLE ${name} LOGIN PASSWORD '${password}' ${attributes}`);
  const template = isOrdinary || options.isEmpty ? undefined : process.env.ONSALE_TEST_TEMPLATE;
  const origin = isOrdinary ? `OWNER ${name}` : template ? `TEMPLATE ${template}` : '';
  await owner.query(`CREATE DATABASE ${name} ${origin}`);
  const connection = inDatabase(isOrdinary ? asUser(admin, name, password) : admin, name);
  const database = openDatabase(connection);
  if (!template && !options.isEmpty) await migrate(database);
  atEnd(async () => {
    await database.close();
    await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    if (isOrdinary) await owner.query(`DROP ROLE IF EXISTS ${name}`);
    await owner.close();
  });
  return { database, connection };
}
