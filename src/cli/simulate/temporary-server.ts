import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { schema } from '../../config.ts';
import { makeTemporaryDataFolder } from '../../platform/data-folder/temporary-data-folder.ts';
import { StartRefused } from '../../platform/start-refused.ts';

export interface TemporaryServer {
  readonly url: string;
  readonly dataDir: string;
  readonly apiKey: string;
  /** Stops it and removes everything it wrote. */
  remove(): Promise<void>;
}

const main = fileURLToPath(new URL('../../main.ts', import.meta.url));
const startMsMax = 60_000;
const stopMsMax = 30_000;

/** Starts a fresh Onsale in a process of its own, with an empty data folder and none of our settings. */
export async function startTemporaryServer(signal: AbortSignal): Promise<TemporaryServer> {
  const folder = await makeTemporaryDataFolder();
  const args = [
    'serve',
    '--data-dir',
    folder.path,
    '--host',
    '127.0.0.1',
    '--port',
    '0',
    '--no-demo',
    '--log-level',
    'error',
    // The whole crowd comes from one address.
    '--rate-limits',
    'x1000',
    '--hold-limits',
    'off',
    // As long as the longest rehearsal.
    '--access-token-minutes',
    '60',
  ];
  // With a channel: if we are killed it closes, and the server stops by itself. Apart from our process group: Ctrl-C is
  // for us, and we stop the server when we are done with it.
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: withoutSettings(process.env),
    detached: true,
  });
  const exited = once(child, 'close');
  const remove = async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), stopMsMax);
      await exited;
      clearTimeout(timer);
    }
    await folder.remove();
  };
  try {
    const url = await readAddress(child, signal);
    const apiKey = (await readFile(join(folder.path, 'owner.key'), 'utf8')).trim();
    return { url, dataDir: folder.path, apiKey, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** The address on the start screen. Throws with the server's own words if it ends or takes too long. */
function readAddress(child: ChildProcess, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    };
    const fail = (why: string) => {
      settle();
      reject(new StartRefused(`The temporary server ${why}. ${stderr.trim()}`.trim()));
    };
    const timer = setTimeout(() => fail('did not start in time'), startMsMax);
    const onAbort = () => fail('was interrupted');
    signal.addEventListener('abort', onAbort, { once: true });
    child.stderr!.on('data', (chunk) => {
      stderr = `${stderr}${chunk}`.slice(-4_000);
    });
    child.once('close', () => fail('ended'));
    child.stdout!.on('data', (chunk) => {
      stdout += chunk;
      const address = /Address +(http\S+)/.exec(stdout)?.[1];
      if (!address || !stdout.includes('Ctrl-C')) return;
      settle();
      resolve(address);
    });
  });
}

function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = new Set(Object.values(schema).flatMap(({ env }) => [env, `${env}_FILE`]));
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !names.has(name)));
}
