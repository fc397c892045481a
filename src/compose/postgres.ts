import { systemClock } from '../platform/clock/clock.ts';
import { checkConnectionRoom } from '../platform/ownership/postgres-connection-room.ts';
import { type Database, openDatabase } from '../platform/postgres/database.ts';
import { migrate } from '../platform/postgres/migrate.ts';
import { openReadReplica, type ReadReplica } from '../platform/postgres/read-replica.ts';
import { type ConnectionsPlan, planFor } from './connections.ts';
import type { Storage } from './storage.ts';

/** PostgreSQL as a process has it, migrated. */
export interface Postgres {
  readonly database: Database;
  /** Past any pooler, one connection: for what servers that start together do one after the other. The same where there is none. */
  readonly direct: Database;
  /** What the public reads from; null: the database itself. */
  readonly replica: ReadReplica | null;
  readonly plan: ConnectionsPlan;
  close(): Promise<void>;
}

/**
 * Opens the pools of a process, which may have `total` connections, and brings the schema up to date. `isCounted`: whether it is to
 * be looked whether PostgreSQL takes so many. Throws StartRefused with one line.
 */
export async function openPostgres(
  storage: Pick<Storage, 'connection' | 'direct' | 'read'>,
  options: {
    readonly total: number;
    readonly isCounted: boolean;
    /** Whether it has the role that sells. */
    readonly sells: boolean;
    readonly onNotice: (sentence: string) => void;
  },
): Promise<Postgres> {
  const { onNotice, total, isCounted, sells } = options;
  const { connection, direct: directly, read } = storage;
  const isApart = connection.isPooled === true && !directly.isPooled;
  const plan = planFor(storage, total, sells);
  const watchedBy = directly.isPooled ? undefined : directly;
  const database = openDatabase(connection, plan.general, { watchedBy, onNotice });
  const direct = isApart ? openDatabase(directly, 1) : database;
  let replica: ReadReplica | null = null;
  const close = async () => {
    await replica?.close();
    if (isApart) await direct.close();
    await database.close();
  };
  try {
    await migrate(direct.bypassingRls);
    if (isCounted && plan.atServer !== null) {
      await checkConnectionRoom(direct.bypassingRls, plan.atServer, systemClock);
    }
    if (read) {
      const connectionsMax = plan.general;
      replica = await openReadReplica({
        connection: read,
        primary: database,
        connectionsMax,
        clock: systemClock,
        onNotice,
      });
    }
    return { database, direct, replica, plan, close };
  } catch (error) {
    await close();
    throw error;
  }
}
