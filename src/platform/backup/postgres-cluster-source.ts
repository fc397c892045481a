import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { ConnectionSettings } from '../postgres/connection.ts';
import { BackupRefused } from './backup-refused.ts';
import { withClient } from './postgres-client.ts';
import { adding, type BackupSource } from './take-backup.ts';
import { packFiles, type TarEntry } from './tar-files.ts';
import { isTimelineHistory, walFileBefore, walFilesBetween } from './wal-files.ts';

/** The part that holds the files. */
export const clusterPart = 'cluster.tar.gz';

/** What a started server makes anew, or must not find: of these folders only the folder itself. */
const emptied = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
];
const leftOut =
  /^(?:postmaster\.(?:pid|opts)|backup_label.*|tablespace_map.*|.*\.signal|current_logfiles|postgresql\.auto\.conf\.tmp)$|pgsql_tmp|(?:^|\/)pg_internal\.init/;

/**
 * The private PostgreSQL while it runs, a sale under way or not: its files, copied between `pg_backup_start` and `pg_backup_stop`, with the
 * write-ahead log of that time, without which they are of no use. (The package of it brings no pg_dump.) A temporary replication slot
 * keeps that log from being recycled; it goes with the connection, however this ends.
 */
export function createClusterSource(parts: {
  readonly connection: ConnectionSettings;
  /** Where its files lie. */
  readonly cluster: string;
  readonly keptFiles: BackupSource['keptFiles'];
}): BackupSource {
  const { connection, cluster, keptFiles } = parts;
  return {
    kind: 'cluster',
    keptFiles,
    readSystem: () => withClient(connection, async (client) => (await readFacts(client)).system),
    copy: ({ write, report, signal }) =>
      withClient(connection, async (client) => {
        const about = await readFacts(client);
        await client.query(
          `SELECT pg_create_physical_replication_slot('onsale_backup_' || pg_backend_pid(), true, true)`,
        );
        const { rows } = await client.query<{ first: string }>(
          `SELECT pg_walfile_name(pg_backup_start('onsale backup', true)) AS first`,
        );
        const { first } = rows[0]!;
        const files = await listFiles(cluster);
        const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
        let stopped: Stopped | undefined;

        async function* entries(): AsyncGenerator<TarEntry> {
          for (const { name, isFolder } of files) {
            signal.throwIfAborted();
            yield isFolder
              ? { name, kind: 'folder' }
              : { name, kind: 'file', path: join(cluster, name), mayBeGone: true };
          }
          stopped = await stop(client, first);
          yield { name: 'backup_label', kind: 'text', text: stopped.label };
          const beside = (await readdir(join(cluster, 'pg_wal'))).filter(isTimelineHistory);
          for (const name of [...beside, ...walFilesBetween(first, stopped.last)])
            yield { name: `pg_wal/${name}`, kind: 'file', path: join(cluster, 'pg_wal', name), mayBeGone: false };
        }

        await write(clusterPart, packFiles(entries(), adding(report, 'Copying PostgreSQL', total)));
        const { upTo, last } = stopped!;
        return { ...about, upTo, wal: { first, last } };
      }),
  };
}

interface Stopped {
  readonly label: string;
  readonly upTo: string;
  readonly last: string;
}

/** Ends the backup. All that was committed until then is in the log up to the file that is answered, which is full from here on. */
async function stop(client: pg.Client, first: string): Promise<Stopped> {
  const { rows: times } = await client.query<{ upTo: Date }>('SELECT clock_timestamp() AS "upTo"');
  const { rows } = await client.query<{ lsn: string; labelfile: string; spcmapfile: string }>(
    'SELECT lsn, labelfile, spcmapfile FROM pg_backup_stop(false)',
  );
  const { lsn, labelfile: label, spcmapfile } = rows[0]!;
  if (spcmapfile !== '') throw new BackupRefused('The private PostgreSQL has tablespaces, which are not backed up.');
  return { label, upTo: times[0]!.upTo.toISOString(), last: walFileBefore(lsn, first) };
}

async function readFacts(client: pg.Client): Promise<{ postgres: number; system: string }> {
  const { rows } = await client.query<{ postgres: number; system: string }>(
    `SELECT current_setting('server_version_num')::int / 10000 AS postgres,
       (SELECT system_identifier::text FROM pg_control_system()) || '/' || current_database() AS system`,
  );
  return rows[0]!;
}

interface Found {
  readonly name: string;
  readonly isFolder: boolean;
  readonly bytes: number;
}

/** What is copied of a cluster, folders before what is in them; `pg_control` last, as the log's beginning stands in it. */
async function listFiles(cluster: string): Promise<Found[]> {
  const found: Found[] = [];
  async function walk(folder: string): Promise<void> {
    const there = await readdir(join(cluster, folder), { withFileTypes: true }).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      },
    );
    for (const one of there) {
      const name = folder === '' ? one.name : `${folder}/${one.name}`;
      if (leftOut.test(name)) continue;
      if (one.isDirectory()) {
        found.push({ name, isFolder: true, bytes: 0 });
        if (emptied.includes(name)) continue;
        await walk(name);
      } else if (one.isFile()) {
        const { size } = await stat(join(cluster, name)).catch(() => ({ size: 0 }));
        found.push({ name, isFolder: false, bytes: size });
      }
    }
  }
  await walk('');
  found.push({ name: 'pg_wal/archive_status', isFolder: true, bytes: 0 });
  const isControl = ({ name }: Found) => name === 'global/pg_control';
  return [...found.filter((one) => !isControl(one)), ...found.filter(isControl)];
}
