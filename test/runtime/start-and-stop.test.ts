import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdir, readFile, stat, symlink } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { events, freshDataDir, postgresPid, runOnsale, serveOnsale } from '../support/onsale-process.ts';

test('the first start shows what it is, where it is, and the owner key; the second start finds everything', async () => {
  const dataDir = await freshDataDir();
  const first = await serveOnsale(dataDir);
  const screen = first.stdout();
  const key = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
  for (const shown of ['Onsale', first.url, `${first.url}/docs`, dataDir, key]) assert(screen.includes(shown), shown);
  assert(screen.split('\n').length <= 24 && !screen.includes('\u001b'));
  assert.equal((await stat(join(dataDir, 'owner.key'))).mode & 0o777, 0o600);
  assert.equal((await fetch(`${first.url}/docs`)).status, 200);
  const before = await events(first);
  assert.equal(before.items.length, 2);
  assert.equal(await first.stop(), 0);
  assert.equal(await postgresPid(dataDir), undefined);

  const second = await serveOnsale(dataDir);
  assert(!second.stdout().includes(key) && !second.stdout().includes('Owner key'));
  assert.deepEqual(await events(second), before);
  assert.equal(await second.stop(), 0);
});

test('--no-demo starts with an empty catalogue', async () => {
  const server = await serveOnsale(await freshDataDir(), { args: ['--no-demo'] });
  assert.deepEqual((await events(server)).items, []);
  await server.stop();
});

test('a log line is JSON on stderr, and stdout carries the screen alone', async () => {
  const server = await serveOnsale(await freshDataDir(), { args: ['--no-demo', '--log-level', 'debug'] });
  await fetch(`${server.url}/api/events`, { headers: { 'x-request-id': 'find-me-again' } });
  await server.stop();
  const lines = server.stderr().trim().split('\n');
  for (const line of lines) assert.equal(typeof JSON.parse(line), 'object');
  assert(lines.some((line) => line.includes('find-me-again')));
  assert(!server.stdout().includes('{'));
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} to the server itself stops PostgreSQL and exits with 0`, async () => {
    const dataDir = await freshDataDir();
    const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
    process.kill(server.pid, signal);
    assert.equal(await server.exited, 0);
    assert.equal(await postgresPid(dataDir), undefined);
  });
}

test('a signal during the start stops it too', async () => {
  const dataDir = await freshDataDir();
  const run = runOnsale(['serve', '--data-dir', dataDir, '--port', '0']);
  while (!(await stat(join(dataDir, 'server.json')).catch(() => undefined))) await new Promise(setImmediate);
  run.child.kill('SIGTERM');
  assert.equal(await run.exited, 0);
  assert.equal(await postgresPid(dataDir), undefined);
});

test('a request that runs when the signal comes is answered', async () => {
  const server = await serveOnsale(await freshDataDir());
  const body = JSON.stringify({ eventId: 1, ticketTypeId: 1, quantity: 1 });
  const headers = { 'content-type': 'application/json', 'content-length': body.length };
  const outgoing = request(`${server.url}/api/tickets/reserve`, { method: 'POST', headers });
  outgoing.write(body.slice(0, 5));
  await once(outgoing, 'socket');
  await fetch(`${server.url}/health/live`);
  process.kill(server.pid, 'SIGTERM');
  while (
    await fetch(`${server.url}/health/live`).then(
      (answer) => answer.ok,
      () => false,
    )
  );
  outgoing.end(body.slice(5));
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  answer.resume();
  assert.equal(answer.statusCode, 201);
  assert.equal(await server.exited, 0);
});

test('the data folder may lie deep and have spaces and other alphabets in its name', async () => {
  const dataDir = join(await freshDataDir(), 'x'.repeat(90), 'mit Leerzeichen, "ñ" und 票');
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  assert.equal((await fetch(`${server.url}/health/ready`)).status, 200);
  await server.stop();
});

test('a relative DATA_DIR counts from the working folder', async () => {
  const dataDir = await freshDataDir();
  await mkdir(dataDir, { recursive: true });
  const server = await serveOnsale(join(dataDir, 'here'), {
    args: ['--no-demo', '--data-dir', './here'],
    cwd: dataDir,
  });
  assert(server.stdout().includes(join(dataDir, 'here')));
  await server.stop();
});

test('a link as data folder is followed', async () => {
  const dataDir = await freshDataDir();
  await mkdir(`${dataDir}-target`, { recursive: true });
  await symlink(`${dataDir}-target`, dataDir);
  const server = await serveOnsale(dataDir, { args: ['--no-demo'] });
  await server.stop();
});
