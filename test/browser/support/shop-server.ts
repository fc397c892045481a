import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryDataFolder } from '../../../src/platform/data-folder/temporary-data-folder.ts';

const program = fileURLToPath(new URL('../../../bin/onsale.mjs', import.meta.url));
const settings = { RATE_LIMITS: 'off', HOLD_LIMITS: 'off', LOG_LEVEL: 'warn' };

/** A real `onsale serve` on a folder of its own, with the sandbox's cards and without the demo. */
export interface ShopServer {
  readonly url: string;
  readonly ownerKey: string;
  readonly dataDir: string;
  /** As a machine dies: without a word to anybody. */
  kill(): Promise<void>;
  /** Again, at the same address. */
  startAgain(): Promise<void>;
  /** Runs `onsale verify` on the data; throws what it found. */
  verify(): Promise<void>;
  /** Stops it and removes its data. */
  stop(): Promise<void>;
}

/** Starts a server and waits until it has the built shop. */
export async function startShopServer(): Promise<ShopServer> {
  const folder = await makeTemporaryDataFolder();
  const dataDir = join(folder.path, 'data');
  let { child, url } = await serve(dataDir, '0');
  const { port } = new URL(url);
  await shopIsBuilt(url);
  const stopped = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number };
    process.kill(pid, signal);
    await ended;
  };
  return {
    url,
    dataDir,
    ownerKey: (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim(),
    kill: () => stopped('SIGKILL'),
    async startAgain() {
      ({ child, url } = await serve(dataDir, port));
      await shopIsBuilt(url);
    },
    async verify() {
      const checked = spawn(process.execPath, [program, 'verify', '--data-dir', dataDir], { stdio: 'pipe' });
      let said = '';
      for (const stream of [checked.stdout, checked.stderr]) stream.on('data', (chunk) => (said += chunk));
      const [code] = await once(checked, 'close');
      if (code !== 0) throw new Error(`onsale verify: ${said}`);
    },
    async stop() {
      await stopped('SIGTERM');
      await folder.remove();
    },
  };
}

async function serve(dataDir: string, port: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [program, 'serve', '--no-demo', '--port', port, '--data-dir', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...settings },
  });
  let screen = '';
  let log = '';
  child.stderr!.on('data', (chunk) => (log += chunk));
  const url = await new Promise<string>((done, fail) => {
    child.stdout!.on('data', (chunk) => {
      screen += chunk;
      const address = /Address +(\S+)/.exec(screen)?.[1];
      if (address && screen.includes('Ctrl-C')) done(address);
    });
    child.once('exit', (code) => fail(new Error(`onsale serve ended with ${code}: ${screen}${log}`)));
  });
  return { child, url };
}

/** A page that is asked while the shop is being built says so with 503. */
async function shopIsBuilt(url: string): Promise<void> {
  for (let i = 0; i < 600; i++) {
    const { status } = await fetch(url, { headers: { accept: 'text/html' } });
    if (status === 200) return;
    await new Promise((done) => setTimeout(done, 200));
  }
  throw new Error('the shop was not built within two minutes');
}
