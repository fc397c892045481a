import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase } from '../../src/platform/postgres/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { events, freshDataDir, type OnsaleServer, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';
import { startPgBouncer, stopPgBouncers, withoutPgBouncer } from '../support/pgbouncer.ts';
import { buyAt, holdAt, statusAt, untilOwnedAt } from '../support/server-buyer.ts';

/** What a connection of the server carries from one transaction to the next. */
interface Kept {
  readonly user: string;
  readonly organizers: string;
  readonly timeout: string;
  readonly prepared: number;
}

const asNobodyLeftIt: Kept = { user: 'onsale', organizers: '', timeout: '0', prepared: 0 };

/** What the two connections that PgBouncer lends are like for whoever comes next. */
async function lookAtBoth(url: string): Promise<Kept[]> {
  const clients = [0, 1].map(() => new pg.Client({ connectionString: url }));
  try {
    for (const client of clients) {
      await client.connect();
      // Kept, so that the other client gets the other one.
      await client.query('BEGIN');
    }
    const rows = clients.map((client) =>
      client.query<Kept>(
        `SELECT session_user AS user, coalesce(current_setting('app.organizers', true), '') AS organizers,
           current_setting('statement_timeout') AS timeout, (SELECT count(*)::int FROM pg_prepared_statements) AS prepared
         WHERE current_user = session_user`,
      ),
    );
    return (await Promise.all(rows)).map(({ rows: [row] }) => row!);
  } finally {
    for (const client of clients) await client.end();
  }
}

/** Asks everything that slices ask, many at once. */
async function askMuch(database: Pick<TestDatabase, 'as' | 'bypassingRls'>): Promise<void> {
  const named = { name: 'much', text: 'SELECT $1::int AS no' };
  await Promise.all(
    Array.from({ length: 30 }, async (_, no) => {
      assert.deepEqual(await database.as({ sellers: [1] }).query(named, [no]), [{ no }]);
      assert.deepEqual(await database.as({ organizers: [1] }).query(named, [no]), [{ no }]);
      assert.deepEqual(await database.bypassingRls.query(named, [no]), [{ no }]);
      await database.as({ sellers: [1, 2] }).transaction(async (tx) => void (await tx.query(named, [no])));
      await database.bypassingRls.transaction(async (tx) => void (await tx.query(named, [no])), { isLong: true });
    }),
  );
}

describe('through PgBouncer in transaction mode, with two connections of the server', {
  skip: withoutPgBouncer,
}, () => {
  after(stopPgBouncers);

  test('nothing outlives a transaction; without the settings for it the next one runs in a foreign scope', async () => {
    const { connection } = await createTestDatabase();
    const url = await startPgBouncer(connection, 2);
    const pooled = openDatabase({ url, isPooled: true, isPrepared: false }, 8);
    await askMuch(pooled);
    await assert.rejects(pooled.as({ sellers: [1] }).query('SELECT 1 / 0'), /division by zero/);
    await pooled.close();
    assert.deepEqual(await lookAtBoth(url), [asNobodyLeftIt, asNobodyLeftIt]);

    const plain = openDatabase({ url }, 8);
    await assert.rejects(
      askMuch(plain).then(async () => assert.deepEqual(await lookAtBoth(url), [asNobodyLeftIt, asNobodyLeftIt])),
    );
    await plain.close();
  });

  test('two servers that start at once sell; leases are renewed while commits wait; one killed, the other takes over', async () => {
    const { database, connection } = await createTestDatabase({ isEmpty: true });
    const url = await startPgBouncer(connection, 2);
    const env = {
      DATABASE_URL: url,
      DATABASE_DIRECT_URL: toDatabaseUrl(connection),
      DATABASE_PREPARED: 'off',
      RATE_LIMITS: 'off',
    };
    const start = async () => serveOnsale(await freshDataDir(), { env });
    const [first, second] = (await Promise.all([start(), start()])) as [OnsaleServer, OnsaleServer];
    const { items } = await events(first);
    assert.equal(items.length, 2);
    const { eventId } = items[0]!;
    for (const at of [first, second]) {
      const held = await holdAt(at.url, eventId);
      assert.equal((await buyAt(at.url, held)).status, 201);
    }

    const held = await holdAt(first.url, eventId);
    const kept = await holdAt(second.url, eventId);
    const livedBefore = await livingUntil(database);
    const blockers = await takeBoth(url);
    const bought = buyUntilAnswered(first.url, held);
    // Two renewals of each that were sent since.
    const waitedSince = performance.now();
    while ((await livingUntil(database)).some((until, i) => until - livedBefore[i]! < 4_000)) {
      assert.ok(performance.now() - waitedSince < 60_000, 'leases are not renewed');
      await sleep(100);
    }
    for (const client of blockers) await client.end();
    assert.equal(await bought, 201);
    assert.equal((await livingUntil(database)).length, 2, 'somebody was declared dead');

    process.kill(first.pid, 'SIGKILL');
    await first.exited;
    await untilOwnedAt(second.url);
    assert.equal(await statusAt(second.url, kept), 200);
    assert.equal((await buyAt(second.url, kept)).status, 201);
    assert.deepEqual(await lookAtBoth(url), [asNobodyLeftIt, asNobodyLeftIt]);
    const [row] = await database.query<{ sold: number; locks: number }>(
      `SELECT (SELECT count(*)::int FROM tickets WHERE status = 'Sold') AS sold,
         (SELECT count(*)::int FROM pg_locks WHERE locktype = 'advisory') AS locks`,
    );
    assert.deepEqual(row, { sold: 8, locks: 0 });
    assert.equal(await second.stop(), 0);
  });
});

/** Until when the leases of all processes that live are good, as milliseconds; in the order of processes. */
async function livingUntil(database: TestDatabase): Promise<number[]> {
  const rows = await database.query<{ until: Date }>(
    `SELECT until FROM processes WHERE state = 'living' ORDER BY process_id`,
  );
  return rows.map(({ until }) => until.getTime());
}

/** Takes both connections that PgBouncer lends, so that whoever else asks it waits. */
async function takeBoth(url: string): Promise<pg.Client[]> {
  const clients = [0, 1].map(() => new pg.Client({ connectionString: url }));
  for (const client of clients) {
    client.on('error', () => {});
    await client.connect();
    await client.query('BEGIN');
  }
  return clients;
}

/** Buys, and asks again with the same key as long as the server says that it cannot now, or does not know yet. */
async function buyUntilAnswered(url: string, held: Awaited<ReturnType<typeof holdAt>>): Promise<number> {
  for (let tries = 0; ; tries++) {
    const { status } = await buyAt(url, held, 'the-same-purchase-again-and-again');
    if ((status !== 503 && status !== 202) || tries > 200) return status;
    await sleep(200);
  }
}
