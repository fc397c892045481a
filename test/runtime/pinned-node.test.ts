import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { freshDataDir, postgresPid, serveOnsale } from '../support/onsale-process.ts';

const oldNode = process.env
  .PATH!.split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((node) => {
    try {
      return Number(/^v(\d+)/.exec(execFileSync(node, ['--version'], { encoding: 'utf8' }))?.[1]) < 26;
    } catch {
      return false;
    }
  });
const skip = oldNode === undefined && 'this machine has no Node older than 26';

test('an old Node starts the pinned one and passes signals on', { skip }, async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo'], node: oldNode });
  assert.notEqual(server.pid, server.child.pid);
  assert.equal(await server.stop(), 0);
  assert.equal(await postgresPid(dataDir), undefined);
});

test('when the old Node is killed, the server that it started stops cleanly', { skip }, async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo'], node: oldNode });
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
  const next = await serveOnsale(dataDir);
  assert.equal(await next.stop(), 0);
});
