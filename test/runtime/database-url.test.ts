import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openDatabase } from '../../src/platform/postgres/database.ts';
import { becomeSoleServer } from '../../src/platform/postgres/sole-server.ts';
import { createTestDatabase } from '../support/database.ts';
import {
  events,
  finishOnsale,
  freePort,
  freshDataDir,
  postgresPid,
  serveOnsale,
  toDatabaseUrl,
} from '../support/onsale-process.ts';

test('DATABASE_URL uses that server instead of a private one, with the same demo and the same key file', async () => {
  const DATABASE_URL = toDatabaseUrl((await createTestDatabase()).connection);
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir, { env: { DATABASE_URL } });
  assert.equal((await events(server)).items.length, 2);
  assert.match(server.stdout(), /DATABASE_URL/);
  assert(!server.stdout().includes(`:${new URL(DATABASE_URL).password}@`));
  assert.match(await readFile(join(dataDir, 'owner.key'), 'utf8'), /^onsale_\S+\n$/);
  assert.equal(await postgresPid(dataDir), undefined);
  assert.equal(await server.stop(), 0);
});

test('a second Onsale on the same database is refused, and served once the first has stopped', async () => {
  const DATABASE_URL = toDatabaseUrl((await createTestDatabase()).connection);
  const first = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL }, args: ['--no-demo'] });
  const args = ['serve', '--port', '0', '--data-dir', await freshDataDir()];
  const second = await finishOnsale(args, { env: { DATABASE_URL } });
  assert.equal(second.code, 1);
  assert.match(second.stderr, /^Another Onsale serves this database.*\n$/);
  assert.equal((await fetch(`${first.url}/health/ready`)).status, 200);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const third = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL } });
  assert.equal(await third.stop(), 0);
});

test('a server whose lock was lost takes it again, or stops when another has it', async () => {
  const { connection } = await createTestDatabase();
  const database = openDatabase(connection, 1);
  const said: string[] = [];
  const regained = Promise.withResolvers<void>();
  const lost = Promise.withResolvers<void>();
  const sole = await becomeSoleServer(connection, {
    onInterrupted: () => void said.push('interrupted'),
    onRegained: () => regained.resolve(),
    onLost: () => lost.resolve(),
  });
  const breakLock = () =>
    database.query(`SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
  await breakLock();
  await regained.promise;
  assert.deepEqual(said, ['interrupted']);

  // The thief asks again and again: whoever is faster after the next break has the lock.
  let thief: Awaited<ReturnType<typeof becomeSoleServer>> | undefined;
  const ignore = { onInterrupted() {}, onRegained() {}, onLost() {} };
  while (!thief) {
    await breakLock();
    thief = await becomeSoleServer(connection, ignore).catch(() => undefined);
  }
  await lost.promise;
  await thief.release();
  await sole.release();
  await database.close();
});

test('what is wrong with DATABASE_URL is said in one line without the password', async () => {
  const good = new URL(toDatabaseUrl((await createTestDatabase()).connection));
  const port = await freePort();
  const wrong = new URL(good);
  wrong.password = 'hush';
  const cases: [url: string, pattern: RegExp][] = [
    [`postgres://onsale:hush@127.0.0.1:${port}/onsale`, /cannot be reached/],
    ['postgres://onsale:hush@no-such-host.invalid/onsale', /host name is unknown/],
    [good.href.replace(/\/[^/]*$/, '/no_such_database'), /no_such_database .* does not exist/],
    [wrong.href, /refuses the user or the password/],
  ];
  const args = ['serve', '--port', '0', '--data-dir', await freshDataDir()];
  for (const [DATABASE_URL, pattern] of cases) {
    const run = await finishOnsale(args, { env: { DATABASE_URL } });
    assert.equal(run.code, 1);
    assert.match(run.stderr, pattern);
    assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
    assert(!run.stderr.includes('hush'), run.stderr);
  }
});
