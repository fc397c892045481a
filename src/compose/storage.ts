import { checkPortFree, type ListenAddress } from '../edges/http/listening.ts';
import { type DataFolder, openDataFolder } from '../platform/data-folder/data-folder.ts';
import type { ConnectionSettings } from '../platform/postgres/database.ts';
import { checkExternalServer, type ExternalAddresses } from '../platform/postgres/external-server.ts';
import { startLastingServer } from '../platform/postgres/lasting-server.ts';
import type { StartRefused } from '../platform/start-refused.ts';
import { version } from '../version.ts';

/** The data folder of this process, for itself alone, and its PostgreSQL: the private one, or one that other servers may share. */
export interface Storage {
  readonly dataFolder: DataFolder;
  readonly connection: ConnectionSettings;
  /** The same past any pooler. */
  readonly direct: ConnectionSettings;
  /** A standby that the public reads from; null: there is none. */
  readonly read: ConnectionSettings | null;
  /** Where everything is kept, in words for the operator; no password in it. */
  readonly place: string;
  /** Gives PostgreSQL back (the private one stops cleanly), then the data folder. */
  close(): Promise<void>;
}

export interface StorageEvents {
  /** PostgreSQL is gone for good: stop, and say why. */
  onFailed(reason: StartRefused): void;
  /** Something an operator should find in the log: it mends itself. */
  onNotice(sentence: string): void;
}

/**
 * Opens the data folder, looks whether the port is free, and opens the PostgreSQL that DATABASE_URL names or else the private one. Throws StartRefused with
 * one line if any of it cannot be had; nothing stays open then.
 */
export async function openStorage(
  at: {
    readonly dataDir: string;
    /** Left out: the private PostgreSQL. */
    readonly database: ExternalAddresses | undefined;
    /** Where this process is going to listen. */
    readonly listenOn: ListenAddress;
    /** How many connections the private PostgreSQL is to take. */
    readonly connections: number;
    /** Whether its changes are to be streamed, which makes it write more. */
    readonly streamsChanges: boolean;
  },
  options: { readonly command: string } & StorageEvents,
): Promise<Storage> {
  const dataFolder = await openDataFolder(at.dataDir, { command: options.command, version });
  try {
    // Found out now, PostgreSQL need not be started and the owner's key is not shown to nobody.
    await checkPortFree(at.listenOn);
    const opened = at.database
      ? await openExternal(at.database, options)
      : await openEmbedded(dataFolder.path, at, options);
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

type Opened = Pick<Storage, 'connection' | 'direct' | 'read' | 'place' | 'close'>;

async function openEmbedded(
  dataFolder: string,
  { connections, streamsChanges }: { readonly connections: number; readonly streamsChanges: boolean },
  events: StorageEvents,
): Promise<Opened> {
  const settings = { max_connections: connections, ...(streamsChanges && { wal_level: 'logical' }) };
  const server = await startLastingServer(dataFolder, events, { settings });
  return {
    connection: server.connection,
    direct: server.connection,
    read: null,
    place: `${dataFolder} (private PostgreSQL)`,
    close: () => server.stop(),
  };
}

async function openExternal(addresses: ExternalAddresses, { onNotice }: StorageEvents): Promise<Opened> {
  const connections = await checkExternalServer(addresses, onNotice);
  const { host, pathname } = new URL(addresses.url);
  return { ...connections, place: `PostgreSQL ${host}${pathname} (DATABASE_URL)`, async close() {} };
}
