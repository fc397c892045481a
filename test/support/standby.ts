import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { freePort } from './onsale-process.ts';

// A primary and its streaming standby of a test's own. They need the programs of PostgreSQL in the folder that ONSALE_TEST_POSTGRES_PROGRAMS names.

const programs = process.env.ONSALE_TEST_POSTGRES_PROGRAMS ?? '';
/** Why tests with a real standby are left out, or false. */
export const withoutStandby = programs === '' && 'no programs of PostgreSQL named';

const running = new Set<ChildProcess>();
const folders: string[] = [];
after(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

export interface PostgresServer {
  readonly port: number;
  readonly url: string;
  /** Asks it, apart from the code under test. */
  ask<Row extends object = object>(text: string): Promise<Row[]>;
  /** Dies at once, as of kill -9. */
  kill(): Promise<void>;
  /** Ends as an operator ends it who does not wait for its clients (`pg_ctl stop -m fast`); at once if it has ended already. */
  stop(): Promise<void>;
  /** Starts it again on its port. */
  restart(): Promise<void>;
}

/** PostgreSQL refuses to run as root: then it runs as Debian's user for it, or as nobody. */
async function ownUser(): Promise<{ uid: number; gid: number } | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const { stdout } = await promisify(execFile)('id', ['-u', 'postgres']).catch(() => ({ stdout: '65534' }));
  const group = await promisify(execFile)('id', ['-g', 'postgres']).catch(() => ({ stdout: '65534' }));
  return { uid: Number(stdout), gid: Number(group.stdout) };
}

async function makeFolder(under = tmpdir()): Promise<string> {
  const folder = await mkdtemp(join(under, 'onsale-standby-'));
  folders.push(folder);
  const user = await ownUser();
  if (user) await chown(folder, user.uid, user.gid);
  await chmod(folder, 0o700);
  return folder;
}

async function runProgram(name: string, args: readonly string[]): Promise<void> {
  await promisify(execFile)(join(programs, name), args, { ...(await ownUser()), cwd: '/', timeout: 60_000 });
}

async function startIn(folder: string, own: readonly string[] = []): Promise<PostgresServer> {
  const port = await freePort();
  const url = `postgres://onsale@127.0.0.1:${port}/postgres`;
  let child: ChildProcess;
  async function ask<Row extends object>(text: string): Promise<Row[]> {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    try {
      await client.connect();
      return (await client.query<Row>(text)).rows;
    } finally {
      await client.end().catch(() => {});
    }
  }
  /** After a kill -9 its processes live for another moment, and another server does not start beside them: it is tried again. */
  async function start(): Promise<void> {
    const settings = [
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'fsync=off',
      'shared_buffers=32MB',
      ...own,
    ];
    const args = ['-D', folder, '-p', String(port), ...settings.flatMap((one) => ['-c', one])];
    for (let tries = 0; tries < 100; tries++) {
      const begun = spawn(join(programs, 'postgres'), args, { stdio: 'ignore', cwd: '/', ...(await ownUser()) });
      running.add(begun);
      child = begun;
      while (begun.exitCode === null) {
        const answers = await ask('SELECT 1').then(
          () => true,
          () => false,
        );
        if (answers && begun.exitCode === null) return;
        await sleep(50);
      }
      running.delete(begun);
      await sleep(100);
    }
    throw new Error('PostgreSQL does not start');
  }
  async function end(signal: NodeJS.Signals): Promise<void> {
    child.kill(signal);
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    running.delete(child);
  }
  await start();
  return {
    port,
    url,
    ask,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
    restart: start,
  };
}

interface Placing {
  readonly under?: string | undefined;
  readonly settings?: readonly string[];
}

/** Starts a primary that takes standbys. `under`: the folder that its own is made in; `settings`: of its own, `name=value`. */
export async function startPrimary({ under, settings = [] }: Placing = {}): Promise<PostgresServer> {
  const folder = join(await makeFolder(under), 'data');
  await runProgram('initdb', ['-D', folder, '-U', 'onsale', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '-N']);
  return startIn(folder, settings);
}

/** Starts a standby that follows it. */
export async function startStandby(primary: PostgresServer): Promise<PostgresServer> {
  const folder = join(await makeFolder(), 'data');
  const from = ['-h', '127.0.0.1', '-p', String(primary.port), '-U', 'onsale'];
  await runProgram('pg_basebackup', ['-D', folder, ...from, '-R', '-X', 'stream', '-c', 'fast', '-N']);
  return startIn(folder);
}

/** Waits until something is so, at most half a minute. Throws what was in the way. */
export async function untilSo(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const began = performance.now();
  let reason: unknown = new Error('It did not come to be');
  for (;;) {
    try {
      if (await isSo()) return;
    } catch (error) {
      reason = error;
    }
    if (performance.now() - began > 30_000) throw reason;
    await sleep(20);
  }
}
