import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { createGzip } from 'node:zlib';
import type pg from 'pg';
import type { ConnectionSettings } from '../postgres/connection.ts';
import type { BackupStore } from './backup-store.ts';
import { type KeptLog, logFileName, writeKeptLog } from './kept-log.ts';
import { withClient } from './postgres-client.ts';
import { nextWalFile, positionOf, walFileAt, walFileBefore, walFilesBetween } from './wal-files.ts';

const slot = 'onsale_log';

/**
 * Keeps the write-ahead log of the private PostgreSQL beside its backups, up to this moment: with a backup and the log since then, any
 * moment can be restored. A replication slot keeps what is not kept yet from being recycled, up to `max_slot_wal_keep_size`; a gap that
 * comes of that is answered, and ended by the next backup. Each file is there as a whole; what was kept already is written again at most.
 */
export function keepLog(parts: {
  readonly connection: ConnectionSettings;
  readonly cluster: string;
  readonly store: BackupStore;
  readonly system: string;
}): Promise<KeptLog & { readonly isGap: boolean }> {
  const { connection, cluster, store, system } = parts;
  return withClient(connection, async (client) => {
    const { restart, isGap } = await findSlot(client);
    // A commit of our own after this moment: whoever restores up to it finds where to end.
    const { rows: times } = await client.query<{ upTo: Date }>(
      'SELECT clock_timestamp() AS "upTo", pg_current_xact_id()',
    );
    const { rows } = await client.query<{ end: string; name: string }>(
      'SELECT lsn::text AS "end", pg_walfile_name(lsn) AS name FROM pg_switch_wal() AS lsn',
    );
    const { end, name } = rows[0]!;
    const last = walFileBefore(end, name);
    for (const file of walFilesBetween(walFileAt(restart, name), last)) {
      const packed = pipeline(createReadStream(join(cluster, 'pg_wal', file)), createGzip({ level: 1 }), () => {});
      await store.write(logFileName(system, file), packed);
    }
    const kept = { last, upTo: times[0]!.upTo.toISOString() };
    await writeKeptLog(store, system, kept);
    await client.query('SELECT pg_replication_slot_advance($1, $2::pg_lsn)', [slot, positionOf(nextWalFile(last))]);
    return { ...kept, isGap };
  });
}

/** Lets PostgreSQL recycle its log again as if none were kept. */
export function keepNoLog(connection: ConnectionSettings): Promise<void> {
  return withClient(connection, dropSlot);
}

/** From where on the log is there; makes the slot where there is none, or where the old one has lost what it was to keep. */
async function findSlot(client: pg.Client): Promise<{ restart: string; isGap: boolean }> {
  const { rows } = await client.query<{ restart: string; isLost: boolean }>(
    `SELECT restart_lsn::text AS restart, wal_status = 'lost' OR restart_lsn IS NULL AS "isLost"
     FROM pg_replication_slots WHERE slot_name = $1`,
    [slot],
  );
  const [found] = rows;
  if (found && !found.isLost) return { restart: found.restart, isGap: false };
  await dropSlot(client);
  await client.query('SELECT pg_create_physical_replication_slot($1, true)', [slot]);
  const { restart } = await findSlot(client);
  return { restart, isGap: true };
}

async function dropSlot(client: pg.Client): Promise<void> {
  await client.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = $1', [
    slot,
  ]);
}
