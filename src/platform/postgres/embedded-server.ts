import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync } from 'node:fs';
import { chown, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { lockFolder } from '../data-folder/folder-lock.ts';
import { writeWhole } from '../data-folder/write-whole.ts';
import { StartRefused } from '../start-refused.ts';
import type { ConnectionSettings } from './connection.ts';
import { prepareBinaries } from './embedded-binaries.ts';
import { stopLeftover } from './embedded-leftover.ts';
import { findPostgresUser, makeSocketFolder, placeCluster, type SystemUser } from './embedded-place.ts';
import { EmbeddedPostgresRefused } from './embedded-refused.ts';
import { postgresSettings, type ServerSettings } from './embedded-settings.ts';

export { EmbeddedPostgresRefused } from './embedded-refused.ts';

export interface EmbeddedServer {
  readonly connection: ConnectionSettings;
  readonly pid: number;
  /** Where the cluster lies: usually in the data folder, elsewhere when PostgreSQL's user cannot enter that. */
  readonly folder: string;
  /** Stops cleanly (fast shutdown: connections end, a checkpoint is written). Quits hard after 20 s, is killed after 30 s. */
  stop(): Promise<void>;
  /** Resolves when the server is gone, asked or not. */
  readonly exited: Promise<void>;
}

const majorVersion = '18';
const stopPatienceMs = 20_000;
const quitPatienceMs = 10_000;
const startPatienceMs = 120_000;
const logName = 'postgres.log';
const logBytesMax = 10_000_000;

/**
 * Starts the private PostgreSQL of a data folder, making its cluster at the first start. It listens on a Unix socket in
 * a folder with mode 0700 and on no TCP port; passwords are scram. A server that a killed Onsale left running is
 * stopped first. Under root it runs as an unprivileged user. If this process ends without stopping it, it still gets
 * the signal to stop, except after kill -9: then the next start sends it.
 * Throws {@link EmbeddedPostgresRefused} where this cannot work, with a sentence that says what else to do.
 * `settings`: what tests and a restore want otherwise than a sale does; `patienceMs`: how long it may take until it answers.
 */
export async function startEmbeddedServer(
  dataFolder: string,
  settings: ServerSettings = {},
  { patienceMs = startPatienceMs }: { readonly patienceMs?: number } = {},
): Promise<EmbeddedServer> {
  const user = await findPostgresUser(dataFolder);
  const folder = await placeCluster(dataFolder, user).catch(refuse);
  // Two data folders share a cluster if one is a copy of the other and the cluster lies elsewhere.
  const lock = lockFolder(folder);
  if (!lock) throw new EmbeddedPostgresRefused(`Another Onsale uses the database in ${folder}. Stop it first.`);
  try {
    return await startLocked({ folder, user, settings, patienceMs }, lock.release);
  } catch (error) {
    lock.release();
    return refuse(error);
  }
}

/**
 * Where to reach the private PostgreSQL of a data folder that another Onsale process runs: for commands beside a
 * running server. `folder` is `postgres` in the data folder. Undefined if none was ever made.
 */
export async function embeddedConnection(folder: string): Promise<ConnectionSettings | undefined> {
  const socket = await readFile(join(folder, 'socket'), 'utf8').catch(() => undefined);
  const password = await readFile(join(folder, 'password'), 'utf8').catch(() => undefined);
  if (!socket || !password) return undefined;
  return { host: socket.trim(), user: 'onsale', password: password.trim(), database: 'onsale' };
}

async function startLocked(
  {
    folder,
    user,
    settings,
    patienceMs,
  }: { folder: string; user: SystemUser | undefined; settings: ServerSettings; patienceMs: number },
  release: () => void,
): Promise<EmbeddedServer> {
  const binaries = await prepareBinaries(folder, user);
  const cluster = join(folder, 'cluster');
  const password = await readPassword(join(folder, 'password'), user);
  if (existsSync(join(cluster, 'PG_VERSION'))) await checkMajorVersion(cluster);
  else await initialise({ binaries, cluster, folder, user });
  await stopLeftover(cluster);
  const socketFolder = await makeSocketFolder(folder, user);
  await writeWhole(join(folder, 'socket'), socketFolder, 0o600);
  const connection = { host: socketFolder, user: 'onsale', password, database: 'onsale' };
  const launched = await launch({ binaries, cluster, folder, socketFolder, user, settings });
  const { child } = launched;
  const stopOnExit = () => child.kill('SIGINT');
  process.once('exit', stopOnExit);
  const exited = new Promise<void>((done) => child.once('exit', () => done())).then(() => {
    process.off('exit', stopOnExit);
    release();
  });
  const stop = () => stopServer(child, exited);
  try {
    await waitUntilReady(connection, launched, { folder, patienceMs });
  } catch (error) {
    await stop();
    throw error;
  }
  return { connection, pid: child.pid!, folder, exited, stop };
}

async function stopServer(child: ChildProcess, exited: Promise<void>): Promise<void> {
  if (child.pid === undefined) return;
  child.kill('SIGINT');
  const quit = setTimeout(() => child.kill('SIGQUIT'), stopPatienceMs);
  // One that is stopped (SIGSTOP) hears neither; it writes everything before it says so, so nothing is lost.
  const kill = setTimeout(() => child.kill('SIGKILL'), stopPatienceMs + quitPatienceMs);
  await exited;
  clearTimeout(quit);
  clearTimeout(kill);
}

/** Whatever goes wrong down here, the way out is the same. */
function refuse(error: unknown): never {
  if (error instanceof StartRefused) throw error;
  const reason = (error as Error).message;
  throw new EmbeddedPostgresRefused(`The private PostgreSQL cannot run here: ${reason}. DATABASE_URL names another.`, {
    cause: error,
  });
}

async function readPassword(file: string, user: SystemUser | undefined): Promise<string> {
  if (!existsSync(file)) await writeWhole(file, randomBytes(24).toString('base64url'), 0o600);
  if (user) await chown(file, user.uid, user.gid);
  return (await readFile(file, 'utf8')).trim();
}

async function checkMajorVersion(cluster: string): Promise<void> {
  const found = (await readFile(join(cluster, 'PG_VERSION'), 'utf8')).trim();
  if (found === majorVersion) return;
  const advice = Number(found) > Number(majorVersion) ? 'Update Onsale.' : 'Use the Onsale that made them.';
  throw new EmbeddedPostgresRefused(
    `The files in ${cluster} are of PostgreSQL ${found}, this Onsale brings ${majorVersion}. ${advice}`,
  );
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

/** Makes the cluster beside its place and moves it there: it is complete or not there. */
async function initialise({ binaries, cluster, folder, user }: Launch): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('cluster.unfinished')) continue;
    // The initdb of an Onsale that was killed may go on writing for a moment.
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20 });
  }
  // A name of its own: the initdb of an Onsale that was killed meanwhile may still be at work.
  const unfinished = `${cluster}.unfinished-${process.pid}`;
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
  if (code !== 0) {
    const reason = said.trim().split('\n').at(-1);
    throw new EmbeddedPostgresRefused(`PostgreSQL could not make its files in ${folder}: ${reason}`);
  }
  await rename(unfinished, cluster);
}

interface Launched {
  readonly child: ChildProcess;
  /** How long its log was before it wrote to it. */
  readonly loggedBefore: number;
}

async function launch(place: Launch & { socketFolder: string; settings: ServerSettings }): Promise<Launched> {
  const { binaries, cluster, folder, socketFolder, user, settings } = place;
  // It does not start with a lower level while a slot is left, whoever starts it.
  const slots = await readdir(join(cluster, 'pg_replslot')).catch(() => []);
  const wanted = slots.length > 0 ? { wal_level: 'logical', ...settings } : settings;
  const options = postgresSettings(socketFolder, wanted).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const logFile = join(folder, logName);
  const { size } = await stat(logFile).catch(() => ({ size: 0 }));
  if (size > logBytesMax) await rename(logFile, `${logFile}.old`);
  const log = openSync(logFile, 'a', 0o600);
  // Detached: Ctrl-C in the terminal must reach PostgreSQL through us, after the running requests are done.
  const child = spawn(join(binaries, 'bin/postgres'), ['-D', cluster, ...options], {
    ...identity(user),
    cwd: folder,
    env: environment(binaries),
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  return { child, loggedBefore: size > logBytesMax ? 0 : size };
}

async function waitUntilReady(
  connection: ConnectionSettings,
  { child, loggedBefore }: Launched,
  { folder, patienceMs }: { folder: string; patienceMs: number },
): Promise<void> {
  let failure: Error | undefined;
  child.once('error', (error) => {
    failure = error;
  });
  for (let waitedMs = 0; ; waitedMs += 10) {
    if (failure || child.exitCode !== null || child.signalCode !== null) {
      const reason = failure?.message ?? (await lastFailure(join(folder, logName), loggedBefore));
      throw new EmbeddedPostgresRefused(`The private PostgreSQL did not start: ${reason}`);
    }
    if (await connectsOnce(connection)) return;
    if (waitedMs > patienceMs) throw new EmbeddedPostgresRefused('The private PostgreSQL does not answer.');
    await sleep(10);
  }
}

/** What PostgreSQL said last, since its log was `from` bytes long; best of all why it ended. */
async function lastFailure(logFile: string, from: number): Promise<string> {
  const said = (await readFile(logFile).catch(() => Buffer.alloc(0))).subarray(from).toString();
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  return lines.findLast((line) => line.includes('FATAL')) ?? lines.at(-1) ?? `see ${logFile}`;
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
