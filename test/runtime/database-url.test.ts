import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { unlessTaken } from '../../src/platform/postgres/one-at-a-time.ts';
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
import { buyAt, holdAt, statusAt, untilOwnedAt } from '../support/server-buyer.ts';
import { untilJournaled } from '../support/until-journaled.ts';

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

test('what is being rebuilt is rebuilt by nobody else meanwhile, and by anybody after that', async () => {
  const { database, connection } = await createTestDatabase();
  const args: string[] = [
    'rebuild',
    'bookings',
    '--database-url',
    toDatabaseUrl(connection)!,
    '--data-dir',
    await freshDataDir(),
  ];
  const rebuild = (...more: string[]) => finishOnsale([...args, ...more]);
  // Somebody else is at it: a command on another machine, say.
  const meanwhile = await unlessTaken(database.bypassingRls, 'rebuild bookings', () => rebuild());
  assert.deepEqual([meanwhile?.code, meanwhile?.stdout], [1, '']);
  assert.match(meanwhile!.stderr, /^Somebody else rebuilds bookings right now\. Run it again when that is done\.\n$/);
  const other = await unlessTaken(database.bypassingRls, 'rebuild search', () => rebuild());
  assert.equal(other!.code, 0, other!.stderr);
  assert.equal((await rebuild()).code, 0);
});

test('a second Onsale on the same database joins the first, and goes on alone when that is killed', async () => {
  const { connection } = await createTestDatabase();
  const DATABASE_URL = toDatabaseUrl(connection);
  const first = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL } });
  const { items } = await events(first);
  const held = await Promise.all(items.map(({ eventId }) => holdAt(first.url, eventId)));
  const second = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL } });
  // Wherever the event is owned by now, both know its holds.
  for (const one of held) {
    for (const { url } of [first, second]) assert.equal(await statusAt(url, one), 200);
  }
  const other = await Promise.all(items.map(({ eventId }) => holdAt(second.url, eventId)));
  assert.equal((await buyAt(first.url, other[0]!)).status, 201);
  await untilJournaled(connection, [...held, other[1]!]);
  process.kill(first.pid, 'SIGKILL');
  await first.exited;
  const killedAt = performance.now();
  await untilOwnedAt(second.url);
  process.stdout.write(`   answers again ${Math.round(performance.now() - killedAt)} ms after kill -9 of the other\n`);
  for (const one of [...held, other[1]!]) assert.equal(await statusAt(second.url, one), 200);
  assert.equal((await buyAt(second.url, held[0]!)).status, 201);
  assert.equal(await second.stop(), 0);
  const third = await serveOnsale(await freshDataDir(), { env: { DATABASE_URL } });
  assert.equal(await statusAt(third.url, held[1]!), 200);
  assert.equal(await third.stop(), 0);
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

test('what is wrong with DATABASE_DIRECT_URL, or with both together, is said in one line that names it', async () => {
  const { database, connection } = await createTestDatabase();
  const DATABASE_URL = toDatabaseUrl(connection);
  const other = toDatabaseUrl((await createTestDatabase({ attributes: '' })).connection);
  const port = await freePort();
  const ours = new URL(DATABASE_URL);
  const theirs = new URL(other);
  theirs.pathname = ours.pathname;
  await database.query(`GRANT CONNECT ON DATABASE "${ours.pathname.slice(1)}" TO PUBLIC`);
  const cases: [env: Record<string, string>, pattern: RegExp][] = [
    [
      { DATABASE_DIRECT_URL: `postgres://onsale:hush@127.0.0.1:${port}/onsale` },
      /\(DATABASE_DIRECT_URL\) cannot be reached/,
    ],
    [{ DATABASE_DIRECT_URL: other }, /\(DATABASE_DIRECT_URL\) is not the database that DATABASE_URL leads to/],
    [{ DATABASE_DIRECT_URL: theirs.href }, /\(DATABASE_DIRECT_URL\) is asked as .*, but DATABASE_URL as /],
    [
      { DATABASE_CONNECTIONS: '1000' },
      /^1000 connections are wanted \(DATABASE_CONNECTIONS\), but PostgreSQL takes \d+ \(/,
    ],
    [{ DATABASE_CONNECTIONS: '500', WORKERS: '2' }, /^1001 connections are wanted/],
  ];
  const args = ['serve', '--port', '0', '--data-dir', await freshDataDir()];
  for (const [more, pattern] of cases) {
    const run = await finishOnsale(args, { env: { DATABASE_URL, ...more } });
    assert.equal(run.code, 1);
    assert.match(run.stderr, pattern);
    assert.equal(run.stderr.trim().split('\n').length, 1, run.stderr);
    assert(!run.stderr.includes('hush'), run.stderr);
  }
});
