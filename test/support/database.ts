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

/** A fresh, migrated database of its own for the calling test file, dropped when its tests are done. */
export async function createTestDatabase(): Promise<{ database: Database; connection: ConnectionSettings }> {
  server ??= startServer();
  const { admin } = await server;
  const name = `test_${randomBytes(6).toString('hex')}`;
  const owner = openDatabase(admin, 1);
  const template = process.env.ONSALE_TEST_TEMPLATE;
  await owner.query(template ? `CREATE DATABASE ${name} TEMPLATE ${template}` : `CREATE DATABASE ${name}`);
  const connection = inDatabase(admin, name);
  const database = openDatabase(connection);
  if (!template) await migrate(database);
  atEnd(async () => {
    await database.close();
    await owner.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await owner.close();
  });
  return { database, connection };
}
