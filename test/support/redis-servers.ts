import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { makeCertificate } from './certificate.ts';

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

/** What servers are secured by: TLS with certificates of an authority of its own, and one password for everything. */
export interface Security {
  /** Of the authority, as PEM. */
  readonly ca: string;
  readonly password: string;
  /** Arguments of every server, of sentinels too. */
  readonly args: readonly string[];
  /** Arguments by which `redis-cli` asks it. */
  readonly asking: readonly string[];
}

/** Makes an authority, and a certificate of it for this machine. */
export async function makeSecurity(): Promise<Security> {
  const folder = await makeFolder();
  const authority = await makeCertificate(folder, 'authority', 'DNS:authority');
  const { cert, key } = await makeCertificate(folder, 'redis', 'DNS:localhost,IP:127.0.0.1', authority);
  const ca = authority.cert;
  const password = 'right-password';
  const files = ['--tls-cert-file', cert, '--tls-key-file', key, '--tls-ca-cert-file', ca, '--tls-auth-clients', 'no'];
  const between = ['--tls-replication', 'yes', '--tls-cluster', 'yes', '--masterauth', password];
  return {
    ca: await readFile(ca, 'utf8'),
    password,
    args: [...files, ...between, '--requirepass', password],
    asking: ['--tls', '--cacert', ca, '--no-auth-warning', '-a', password],
  };
}

/** A port that nobody listens on, of those that the kernel does not use for outgoing connections. */
export async function freePort(): Promise<number> {
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
async function ask(port: number, words: readonly string[], { asking = [] }: Partial<Security> = {}): Promise<string> {
  const args = ['-p', String(port), ...asking, ...words];
  const { stdout } = await promisify(execFile)('redis-cli', args, { timeout: 3_000 });
  return stdout.trim();
}

/** Starts a server that keeps nothing on disk unless its arguments say so; with `security`, one that speaks by TLS alone. */
export async function startRedis(args: readonly string[] = [], security?: Security): Promise<RedisServer> {
  const own = await freePort();
  const folder = await makeFolder();
  const listening = security ? ['--port', '0', '--tls-port', String(own), ...security.args] : ['--port', String(own)];
  const usual = [...listening, '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no'];
  let child: ChildProcess;
  async function start(): Promise<void> {
    child = spawn(program, [...usual, ...args], { stdio: 'ignore' });
    running.add(child);
    await until(async () => /PONG|NOAUTH/.test(await ask(own, ['ping'], security)));
  }
  await start();
  return {
    port: own,
    url: security ? `rediss://:${security.password}@127.0.0.1:${own}` : `redis://127.0.0.1:${own}`,
    async kill() {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      running.delete(child);
    },
    restart: start,
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    command: (...words) => ask(own, words, security),
  };
}

/** A master, a replica and three sentinels that give a dead master half a second. */
export async function startSentinels(security?: Security): Promise<{
  readonly url: string;
  readonly master: RedisServer;
  /** Waits until the sentinels have made the replica the master. */
  failedOver(): Promise<void>;
}> {
  const master = await startRedis(['--repl-diskless-sync-delay', '0'], security);
  const replica = await startRedis(['--replicaof', '127.0.0.1', String(master.port)], security);
  await until(async () => (await replica.command('info', 'replication')).includes('master_link_status:up'));
  const ports = await Promise.all([0, 1, 2].map(freePort));
  for (const port of ports) {
    const file = join(await makeFolder(), 'sentinel.conf');
    const lines = [
      ...(security ? ['port 0', `tls-port ${port}`, ...linesOf(security)] : [`port ${port}`]),
      'bind 127.0.0.1',
      `sentinel monitor onsale 127.0.0.1 ${master.port} 2`,
      'sentinel down-after-milliseconds onsale 500',
      'sentinel failover-timeout onsale 3000',
      ...(security
        ? [`sentinel auth-pass onsale ${security.password}`, `sentinel sentinel-pass ${security.password}`]
        : []),
    ];
    await writeFile(file, lines.join('\n'));
    running.add(spawn(program, [file, '--sentinel'], { stdio: 'ignore' }));
  }
  for (const port of ports) {
    await until(async () => {
      const isKnown = (await ask(port, ['sentinel', 'ckquorum', 'onsale'], security)).startsWith('OK 3');
      return isKnown && (await ask(port, ['sentinel', 'replicas', 'onsale'], security)).includes(String(replica.port));
    });
  }
  const scheme = security ? 'rediss' : 'redis';
  const user = security ? `:${security.password}@` : '';
  const ofSentinels = security ? `?sentinelPassword=${security.password}` : '';
  return {
    url: `${scheme}+sentinel://${user}${ports.map((port) => `127.0.0.1:${port}`).join(',')}/onsale${ofSentinels}`,
    master,
    failedOver: () => until(async () => (await replica.command('role')).startsWith('master')),
  };
}

/** Arguments as lines of a file. */
function linesOf({ args }: Security): string[] {
  return args.flatMap((arg, i) => (i % 2 === 0 ? [`${arg.slice(2)} ${args[i + 1]}`] : []));
}

/** A cluster of three masters. */
export async function startCluster(
  security?: Security,
): Promise<{ readonly url: string; readonly nodes: readonly RedisServer[] }> {
  const nodes = await Promise.all(
    [0, 1, 2].map(async () =>
      startRedis(
        ['--cluster-enabled', 'yes', '--cluster-port', String(await freePort()), '--cluster-node-timeout', '1000'],
        security,
      ),
    ),
  );
  const hosts = nodes.map(({ port }) => `127.0.0.1:${port}`);
  await promisify(execFile)('redis-cli', [
    ...(security?.asking ?? []),
    '--cluster',
    'create',
    ...hosts,
    '--cluster-yes',
  ]);
  for (const node of nodes) {
    await until(async () => (await node.command('cluster', 'info')).includes('cluster_state:ok'));
  }
  const scheme = security ? `rediss+cluster://:${security.password}@` : 'redis+cluster://';
  return { url: `${scheme}${hosts.join(',')}`, nodes };
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
