import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../config.ts';
import { externalAddresses } from '../config-database.ts';
import { findHolder, openDataFolder } from '../platform/data-folder/data-folder.ts';
import { type ConnectionSettings, type Database, openDatabase } from '../platform/postgres/database.ts';
import { embeddedConnection, startEmbeddedServer } from '../platform/postgres/embedded-server.ts';
import { checkExternalServer } from '../platform/postgres/external-server.ts';
import { migrate } from '../platform/postgres/migrate.ts';
import { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';

/**
 * Runs `work` on the database of these settings: beside a server that runs on the data folder, or else by running the
 * private PostgreSQL for as long as it takes. Throws {@link StartRefused} if there is no data yet, or it cannot be
 * reached. The schema is brought up to date before, unless `migrates` is false or a server runs there.
 */
export function withDatabase<T>(
  settings: Settings,
  work: (database: Database) => Promise<T>,
  { migrates = true }: { readonly migrates?: boolean } = {},
): Promise<T> {
  return withConnection(settings, (connection, { isBusy }) =>
    using(connection, { migrates: migrates && !isBusy }, work),
  );
}

/** The same for who needs more than SQL: how that database is reached, and whether a server of ours runs beside us on the data folder. */
export async function withConnection<T>(
  settings: Settings,
  work: (connection: ConnectionSettings, place: { readonly isBusy: boolean }) => Promise<T>,
): Promise<T> {
  const addresses = externalAddresses(settings);
  if (addresses) return work((await checkExternalServer(addresses)).direct, { isBusy: false });
  if (!existsSync(join(settings.dataDir, 'version.json'))) {
    throw new StartRefused(
      `There is no data in ${settings.dataDir} yet. Run onsale serve once, or name the right folder with --data-dir.`,
    );
  }
  const holder = await findHolder(settings.dataDir);
  const connection = holder?.url ? await embeddedConnection(join(settings.dataDir, 'postgres')) : undefined;
  if (connection) return work(connection, { isBusy: true });
  const folder = await openDataFolder(settings.dataDir, { command: 'command', version });
  try {
    const server = await startEmbeddedServer(folder.path);
    try {
      return await work(server.connection, { isBusy: false });
    } finally {
      await server.stop();
    }
  } finally {
    await folder.close();
  }
}

async function using<T>(
  connection: ConnectionSettings,
  { migrates }: { migrates: boolean },
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = openDatabase(connection, 4, { isPatient: true });
  try {
    if (migrates) await migrate(database.bypassingRls);
    return await work(database);
  } finally {
    await database.close();
  }
}
