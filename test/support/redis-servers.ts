import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

// Servers of a test's own, so that it may stop, fill and kill them. They need the program that ONSALE_TEST_REDIS_SERVER names.

const program = process.env.ONSALE_TEST_REDIS_SERVER ?? '';
/** Why tests with a real Redis are left out, or false. */
export const withoutRedis = program === '' && 'no program of Redis named';

const folders: string[] = [];
const running = new Set<ChildProcess>();
after(async () => {
  for (const child of running) child.kill('SIGKILL');
  for (const folder of folders) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** Dies at once, as of kill -9. */
  kill(): Promise<void>;
  /** Starts it again on its port, with what it had written. */
  restart(): Promise<void>;
  /** Hangs: the kernel takes connections, nobody answers. */
  pause(): void;
  resume(): void;
  /** Asks it, apart from the code under test. */
  command(...words: string[]): Promise<string>;
}

/** A port that nobody listens on, of those that the kernel does not use for outgoing connections. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(23_000, 30_000);
    const server = createServer();
    const isFree = await new Promise<boolean>((done) => {
      server.once('error', () => done(false));
      server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
    });
    if (isFree) return port;
  }
}

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'onsale-redis-'));
  folders.push(folder);
  return folder;
}

/** Asks by a program that knows nothing of ours. */
async function ask(port: number, words: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)('redis-cli', ['-p', String(port), ...words], { timeout: 3_000 });
  return stdout.trim();
}

/** Starts a server that keeps nothing on disk unless its arguments say so. */
export async function startRedis(args: readonly string[] = [], port?: number): Promise<RedisServer> {
  const own = port ?? (await freePort());
  const folder = await makeFolder();
  const usual = ['--port', String(own), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  let child: ChildProcess;
  async function start(): Promise<void> {
    child = spawn(program, [...usual, ...args], { stdio: 'ignore' });
    running.add(child);
    await until(async () => /PONG|NOAUTH/.test(await ask(own, ['ping'])));
  }
  await start();
  return {
    port: own,
    url: `redis://127.0.0.1:${own}`,
    async kill() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      running.delete(child);
    },
    restart: start,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    command: (...words) => ask(own, words),
  };
}

/** A master, a replica and three sentinels that give a dead master half a second. */
export async function startSentinels(): Promise<{
  readonly url: string;
  readonly master: RedisServer;
  /** Waits until the sentinels have made the replica the master. */
  failedOver(): Promise<void>;
}> {
  const master = await startRedis(['--repl-diskless-sync-delay', '0']);
  const replica = await startRedis(['--replicaof', '127.0.0.1', String(master.port)]);
  await until(async () => (await replica.command('info', 'replication')).includes('master_link_status:up'));
  const ports = await Promise.all([0, 1, 2].map(freePort));
  for (const port of ports) {
    const file = join(await makeFolder(), 'sentinel.conf');
    const lines = [
      `port ${port}`,
      'bind 127.0.0.1',
      `sentinel monitor onsale 127.0.0.1 ${master.port} 2`,
      'sentinel down-after-milliseconds onsale 500',
      'sentinel failover-timeout onsale 3000',
    ];
    await writeFile(file, lines.join('\n'));
    running.add(spawn(program, [file, '--sentinel'], { stdio: 'ignore' }));
  }
  for (const port of ports) {
    await until(async () => {
      const isKnown = (await ask(port, ['sentinel', 'ckquorum', 'onsale'])).startsWith('OK 3');
      return isKnown && (await ask(port, ['sentinel', 'replicas', 'onsale'])).includes(String(replica.port));
    });
  }
  return {
    url: `redis+sentinel://${ports.map((port) => `127.0.0.1:${port}`).join(',')}/onsale`,
    master,
    failedOver: () => until(async () => (await replica.command('role')).startsWith('master')),
  };
}

/** A cluster of three masters. */
export async function startCluster(): Promise<{ readonly url: string; readonly nodes: readonly RedisServer[] }> {
  const nodes = await Promise.all(
    [0, 1, 2].map(async () =>
      startRedis([
        '--cluster-enabled',
        'yes',
        '--cluster-port',
        String(await freePort()),
        '--cluster-node-timeout',
        '1000',
      ]),
    ),
  );
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await promisify(execFile)('redis-cli', ['--cluster', 'create', ...hosts, '--cluster-yes']);
  for (const node of nodes) {
    await until(async () => (await node.command('cluster', 'info')).includes('cluster_state:ok'));
  }
  return { url: `redis+cluster://${hosts.join(',')}`, nodes };
}

/** Waits until something is so, at most twenty seconds. Throws what was in the way. */
export async function until(isSo: () => boolean | Promise<boolean>, patienceMs = 20_000): Promise<void> {
  const began = performance.now();
  let reason: unknown = new Error('It did not come to be');
  for (;;) {
    try {
      if (await isSo()) return;
    } catch (error) {
      reason = error;
    }
    if (performance.now() - began > patienceMs) throw reason;
    await sleep(20);
  }
}
