import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { ensureWebApp } from './built-web-app.ts';

export { toDatabaseUrl } from './database-url.ts';

const ours = fileURLToPath(new URL('../..', import.meta.url));
const running = new Set<ChildProcess>();
after(() => {
  for (const child of running) child.kill('SIGKILL');
});

/** A real `onsale …` process. */
export interface OnsaleProcess {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Resolves with the exit code, null if it was killed. */
  readonly exited: Promise<number | null>;
}

export interface OnsaleServer extends OnsaleProcess {
  /** The address it printed. */
  readonly url: string;
  /** The process that serves: that of `child`, unless an old Node runs it, which only passes signals on. */
  readonly pid: number;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface RunOptions {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  /** The Node that runs bin/onsale.mjs; ours if left out. */
  readonly node?: string | undefined;
  /** Where it lies, if not in our own checkout. */
  readonly checkout?: string;
}

/** Runs `bin/onsale.mjs` with these arguments, and with none of the settings of our own environment. */
export function runOnsale(
  args: readonly string[],
  { env = {}, cwd, node = process.execPath, checkout = ours }: RunOptions = {},
): OnsaleProcess {
  const child = spawn(node, [join(checkout, 'bin/onsale.mjs'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    ...(cwd && { cwd }),
  });
  running.add(child);
  let stdout = '';
  let stderr = '';
  child.stdout!.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr!.on('data', (chunk) => {
    stderr += chunk;
  });
  const exited = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  return { child, stdout: () => stdout, stderr: () => stderr, exited };
}

/** Runs a command to its end. */
export async function finishOnsale(args: readonly string[], options: RunOptions = {}) {
  const run = runOnsale(args, options);
  const code = await run.exited;
  return { code, stdout: run.stdout(), stderr: run.stderr() };
}

/** Starts `onsale serve` on a free port and waits for its screen. Throws with its words if it ends before. */
export async function serveOnsale(
  dataDir: string,
  { args = [], ...options }: RunOptions & { readonly args?: readonly string[] } = {},
): Promise<OnsaleServer> {
  if (options.checkout === undefined) await ensureWebApp();
  const run = runOnsale(['serve', '--data-dir', dataDir, '--port', '0', ...args], options);
  const printed = new Promise<string>((done) => {
    run.child.stdout!.on('data', () => {
      const address = /Address +(\S+)/.exec(run.stdout())?.[1];
      if (address && run.stdout().includes('Ctrl-C')) done(address);
    });
  });
  const url = await Promise.race([printed, run.exited.then(() => undefined)]);
  if (!url) throw new Error(`onsale serve ended at once: ${run.stderr()}`);
  const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number };
  return {
    ...run,
    url,
    pid,
    stop() {
      run.child.kill('SIGTERM');
      return run.exited;
    },
  };
}

/** A path for a data folder in a place of its own, removed after the tests of the file. */
export async function freshDataDir(): Promise<string> {
  const temporary = await makeTemporaryDataFolder();
  after(() => temporary.remove());
  return join(temporary.path, 'data');
}

/** The process id of the private PostgreSQL of a data folder, if one runs. */
export async function postgresPid(dataDir: string): Promise<number | undefined> {
  const note = await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number.parseInt(note, 10);
  return pid && existsSync(`/proc/${pid}`) ? pid : undefined;
}

/** Takes a port for as long as the test file runs. */
export async function takePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  server.unref();
  return (server.address() as { port: number }).port;
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((done) => server.close(done));
  return port;
}

/** The public list of events. */
export async function events({
  url,
}: Pick<OnsaleServer, 'url'>): Promise<{ items: { eventId: number; title: string }[] }> {
  const answer = await fetch(`${url}/api/events`);
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as { items: { eventId: number; title: string }[] };
}
