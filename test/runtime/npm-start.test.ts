import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ensureWebApp } from '../support/built-web-app.ts';
import { freshDataDir, postgresPid, serveOnsale } from '../support/onsale-process.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
// As a user calls it: without the path and the settings that npm gives to its scripts, such as this one.
const path = process.env.PATH!.split(delimiter).filter((folder) => !folder.includes('node_modules'));
const started = new Set<ChildProcess>();
after(() => {
  for (const child of started) if (child.exitCode === null && !child.signalCode) process.kill(-child.pid!, 'SIGKILL');
});

async function npmStart(dataDir: string) {
  await ensureWebApp();
  const child = spawn('npm', ['start', '--', '--no-demo', '--port', '0', '--data-dir', dataDir], {
    cwd: root,
    env: { PATH: path.join(delimiter), HOME: process.env.HOME },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  started.add(child);
  let screen = '';
  for await (const chunk of child.stdout!) {
    screen += chunk;
    if (screen.includes('Ctrl-C')) break;
  }
  const { pid } = JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')) as { pid: number };
  return { child, pid };
}

test('SIGTERM to npm, and Ctrl-C to all that the terminal runs, end npm start with 0 and leave nothing behind', async () => {
  const dataDir = await freshDataDir();
  for (const stop of [(npm: number) => process.kill(npm, 'SIGTERM'), (npm: number) => process.kill(-npm, 'SIGINT')]) {
    const { child, pid } = await npmStart(dataDir);
    stop(child.pid!);
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
    assert.equal(await postgresPid(dataDir), undefined);
  }
});

test('when npm is killed the server stops by itself, and the next start waits for that', async () => {
  const dataDir = await freshDataDir();
  const { child } = await npmStart(dataDir);
  process.kill(child.pid!, 'SIGKILL');
  await once(child, 'exit');
  const next = await serveOnsale(dataDir);
  assert.equal(await next.stop(), 0);
});
