import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chown, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ConnectionSettings } from '../../src/platform/postgres/database.ts';
import { freePort } from './onsale-process.ts';

// A PgBouncer of a test's own, in transaction mode. It needs the program that ONSALE_TEST_PGBOUNCER names.

const program = process.env.ONSALE_TEST_PGBOUNCER ?? '';
/** Why tests with a real PgBouncer are left out, or false. */
export const withoutPgBouncer = program === '' && 'no program of PgBouncer named';

const running = new Set<ChildProcess>();
const folders: string[] = [];
after(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** Starts one in front of this database; answers its address. `serverConnections`: as many of the server it lends in turn. */
export async function startPgBouncer(connection: ConnectionSettings, serverConnections: number): Promise<string> {
  const to = partsOf(connection);
  const folder = await mkdtemp(join(tmpdir(), 'onsale-pgbouncer-'));
  folders.push(folder);
  const port = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  const target = `host=${to.host} port=${to.port} dbname=${to.database} user=${to.user} password='${to.password}'`;
  const lines = [
    '[databases]',
    `onsale = ${target}`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    'pool_mode = transaction',
    `default_pool_size = ${serverConnections}`,
    'max_client_conn = 200',
    'server_round_robin = 1',
  ];
  await writeFile(file, lines.join('\n'), { mode: 0o600 });
  const user = await userFor(to.host);
  if (user) {
    await chown(folder, user.uid, user.gid);
    await chown(file, user.uid, user.gid);
  }
  const child = spawn(program, ['-q', file], { stdio: 'ignore', ...user });
  running.add(child);
  const url = `postgres://onsale@127.0.0.1:${port}/onsale`;
  await untilAnswers(url, child);
  return url;
}

/** It refuses to run as root: then it runs as whoever may enter the folder of the server's socket. */
async function userFor(host: string): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  if (!host.startsWith('/')) return { uid: 65_534, gid: 65_534 };
  const { uid, gid } = await stat(host);
  return { uid, gid };
}

function partsOf(connection: ConnectionSettings) {
  if (!('url' in connection)) return { ...connection, port: '5432' };
  const { hostname: host, port, username: user, password, pathname } = new URL(connection.url);
  return { host, port: port || '5432', user, password: decodeURIComponent(password), database: pathname.slice(1) };
}

async function untilAnswers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries++) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('SELECT 1');
      return;
    } catch (error) {
      if (tries > 400 || child.exitCode !== null) throw error;
      await sleep(50);
    } finally {
      await client.end().catch(() => {});
    }
  }
}

/** Stops it before the database goes that it keeps connections to. */
export async function stopPgBouncers(): Promise<void> {
  for (const child of running) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    running.delete(child);
  }
}
