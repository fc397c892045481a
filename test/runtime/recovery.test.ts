import assert from 'node:assert/strict';
import { rename } from 'node:fs/promises';
import { test } from 'node:test';
import { events, freshDataDir, postgresPid, runOnsale, serveOnsale } from '../support/onsale-process.ts';

test('after kill -9 the next start recovers, though PostgreSQL still runs', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir);
  const before = await events(first);
  const orphan = await postgresPid(dataDir);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  assert.equal(await postgresPid(dataDir), orphan);
  const second = await serveOnsale(dataDir);
  assert.deepEqual(await events(second), before);
  assert.notEqual(await postgresPid(dataDir), orphan);
  assert.equal(await second.stop(), 0);
  assert.equal(await postgresPid(dataDir), undefined);
});

test('also when the data folder was moved meanwhile', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir, { args: ['--no-demo'] });
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  await rename(dataDir, `${dataDir}-moved`);
  const second = await serveOnsale(`${dataDir}-moved`);
  assert.equal((await fetch(`${second.url}/health/ready`)).status, 200);
  assert.equal(await second.stop(), 0);
});

test('also when PostgreSQL was killed with it', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir, { args: ['--no-demo'] });
  process.kill((await postgresPid(dataDir))!, 'SIGKILL');
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const second = await serveOnsale(dataDir);
  assert.equal(await second.stop(), 0);
});

test('a first start that is killed at any moment leaves nothing that the next could not use', async () => {
  const dataDir = await freshDataDir();
  for (const afterMs of [150, 300, 450, 600, 750, 900, 1200, 1600]) {
    const run = runOnsale(['serve', '--data-dir', dataDir, '--port', '0']);
    const timer = setTimeout(() => run.child.kill('SIGKILL'), afterMs);
    await run.exited;
    clearTimeout(timer);
  }
  const server = await serveOnsale(dataDir);
  const { items } = await events(server);
  assert.equal(items.length, 2);
  assert.equal(await server.stop(), 0);
});

test('when its PostgreSQL dies the server says so and ends', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  process.kill((await postgresPid(dataDir))!, 'SIGKILL');
  assert.equal(await server.exited, 1);
  assert.match(server.stderr(), /The private PostgreSQL ended/);
});
