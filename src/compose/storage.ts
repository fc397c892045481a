import type { Settings } from '../config.ts';
import { checkPortFree } from '../edges/http/listening.ts';
import { type DataFolder, openDataFolder } from '../platform/data-folder/data-folder.ts';
import type { ConnectionSettings } from '../platform/postgres/database.ts';
import { checkGivenServer } from '../platform/postgres/given-server.ts';
import { startLastingServer } from '../platform/postgres/lasting-server.ts';
import { becomeSoleServer } from '../platform/postgres/sole-server.ts';
import type { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';

/** The data folder and the PostgreSQL of this process, for itself alone. */
export interface Storage {
  readonly dataFolder: DataFolder;
  readonly connection: ConnectionSettings;
  /** Where everything is kept, in words for the operator; no password in it. */
  readonly place: string;
  /** Gives PostgreSQL back (the private one stops cleanly), then the data folder. */
  close(): Promise<void>;
}

export interface StorageEvents {
  /** PostgreSQL is gone for good, or another Onsale took the database: stop, and say why. */
  onFailed(reason: StartRefused): void;
  /** Something an operator should find in the log: it mends itself. */
  onNotice(sentence: string): void;
}

/**
 * Opens the data folder, looks whether the port is free, and opens the PostgreSQL that DATABASE_URL names or else the private one. Throws StartRefused with
 * one line if any of it cannot be had for this process alone; nothing stays open then.
 */
export async function openStorage(
  settings: Settings,
  options: { readonly command: string } & StorageEvents,
): Promise<Storage> {
  const dataFolder = await openDataFolder(settings.dataDir, { command: options.command, version });
  try {
    // Found out now, PostgreSQL need not be started and the owner's key is not shown to nobody.
    await checkPortFree(settings);
    const opened = settings.databaseUrl
      ? await openGiven(settings.databaseUrl.reveal(), options)
      : await openEmbedded(dataFolder.path, options);
    return {
      dataFolder,
      ...opened,
      async close() {
        await opened.close();
        await dataFolder.close();
      },
    };
  } catch (error) {
    await dataFolder.close();
    throw error;
  }
}

type Opened = Pick<Storage, 'connection' | 'place' | 'close'>;

async function openEmbedded(dataFolder: string, events: StorageEvents): Promise<Opened> {
  const server = await startLastingServer(dataFolder, events);
  return {
    connection: server.connection,
    place: `${dataFolder} (private PostgreSQL)`,
    close: () => server.stop(),
  };
}

async function openGiven(url: string, { onFailed, onNotice }: StorageEvents): Promise<Opened> {
  await checkGivenServer(url);
  const sole = await becomeSoleServer(
    { url },
    {
      onInterrupted: (reason) => onNotice(`Lost the connection that keeps other servers away: ${reason.message}.`),
      onRegained: () => onNotice('Other servers are kept away again.'),
      onLost: onFailed,
    },
  );
  const { host, pathname } = new URL(url);
  return { connection: { url }, place: `PostgreSQL ${host}${pathname} (DATABASE_URL)`, close: () => sole.release() };
}
