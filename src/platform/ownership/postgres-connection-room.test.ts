import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import { createManualClock } from '../clock/clock.ts';
import { checkConnectionRoom } from './postgres-connection-room.ts';
import { createPostgresLeaseRows } from './postgres-lease-rows.ts';

const { database, connection } = await createTestDatabase();
const { bypassingRls } = database;
const rows = createPostgresLeaseRows({ connection, bypassingRls });

async function join(connections?: number): Promise<string> {
  const processId = randomUUID();
  await rows.join({ processId, address: '127.0.0.1:1', roles: [], version: 'test', connections: connections ?? null });
  return processId;
}

/** A start that may have to wait for leases of others that are over soon. */
async function start(wanted: number): Promise<string> {
  const clock = createManualClock(0);
  let isOver = false;
  const checking = checkConnectionRoom(bypassingRls, wanted, clock).then(
    () => 'fits',
    (error: Error) => error.message,
  );
  void checking.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    clock.advance(500);
    await new Promise(setImmediate);
  }
  return checking;
}

test('a start asks for no more than PostgreSQL has beside the processes that live', async () => {
  const [row] = await database.query<{ free: number }>(
    `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
       - coalesce(current_setting('reserved_connections', true)::int, 0) AS free`,
  );
  const { free } = row!;
  assert.equal(await start(free), 'fits');
  assert.equal(
    await start(free + 1),
    `${free + 1} connections are wanted (DATABASE_CONNECTIONS), but PostgreSQL takes ${free} (max_connections). Lower the one or raise the other.`,
  );
  const living = await join(30);
  // Of a version that does not say how many it has.
  const silent = await join();
  assert.equal(await start(free - 30), 'fits');
  assert.match(await start(free - 29), /; the 2 processes of this Onsale that live may have 30 of them\./);
  await rows.bury(living);
  assert.equal(await start(free), 'fits');
  await rows.bury(silent);
});

test('a process that was killed counts until its lease is over, which is waited for', async () => {
  const killed = await join(1_000_000);
  const clock = createManualClock(0);
  const checking = checkConnectionRoom(bypassingRls, 8, clock);
  await database.query(`UPDATE processes SET until = now() - interval '1 s' WHERE process_id = $1`, [killed]);
  let isOver = false;
  void checking.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    clock.advance(10);
    await new Promise(setImmediate);
  }
  await checking;
  await rows.close();
});

test('a database that takes fewer says so', async () => {
  const name = (await database.query<{ name: string }>('SELECT current_database() AS name'))[0]!.name;
  await database.query(`ALTER DATABASE ${name} CONNECTION LIMIT 7`);
  assert.match(await start(8), /but PostgreSQL takes 7 \(CONNECTION LIMIT of the database\)\./);
});
