import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import { waitForOthers } from '../../../test/support/wait-for-others.ts';
import type { Queryable } from '../postgres/database.ts';
import { appendEvents } from './append-events.ts';
import { createEventFollower } from './follow-events.ts';

const { database } = await createTestDatabase();
const context = { actor: 'system', correlationId: 'test', now: 0, organizerId: 1 };
let streams = 0;

async function write(tx: Queryable, type: string, count = 1): Promise<string[]> {
  const events = Array.from({ length: count }, () => ({ stream: `s-${++streams}`, type, data: {} }));
  await appendEvents(tx, events, context);
  return events.map(({ stream }) => stream);
}

/** A follower of a type of its own, and what it has handled, in order. */
async function follower(type: string, onHandle: () => void = () => {}) {
  await database.query(`INSERT INTO event_followers VALUES ($1, pg_snapshot_xmin(pg_current_snapshot()), 0)`, [type]);
  const handled: string[] = [];
  const follow = createEventFollower({
    bypassingRls: database,
    name: type,
    types: [type],
    async handle(_tx, events) {
      onHandle();
      handled.push(...events.map(({ stream }) => stream));
    },
  });
  return {
    handled,
    look: follow,
    async follow() {
      await waitForOthers(database);
      return follow();
    },
  };
}

test('each event of the followed types is handled once, in order', async () => {
  const { handled, follow } = await follower('Followed');
  const first = await write(database, 'Followed', 3);
  await write(database, 'Other');
  assert.equal(await follow(), 3);
  assert.equal(await follow(), 0);
  const second = await write(database, 'Followed');
  await follow();
  assert.deepEqual(handled, [...first, ...second]);
});

test('events of before its row was made are not followed', async () => {
  await write(database, 'Earlier');
  await waitForOthers(database);
  const { follow } = await follower('Earlier');
  assert.equal(await follow(), 0);
});

test('an event of a slow transaction is handled although later ones were handled before', async () => {
  const { handled, follow, look } = await follower('Slow');
  const wrote = Promise.withResolvers<string[]>();
  const mayCommit = Promise.withResolvers<void>();
  const slow = database.transaction(async (tx) => {
    wrote.resolve(await write(tx, 'Slow'));
    await mayCommit.promise;
  });
  const slowStreams = await wrote.promise;
  const quick: string[] = [];
  for (let i = 0; i < 5; i++) {
    quick.push(...(await write(database, 'Slow')));
    await look();
  }
  assert(!handled.includes(slowStreams[0]!));
  mayCommit.resolve();
  await slow;
  await follow();
  assert.deepEqual(handled.toSorted(), [...slowStreams, ...quick].toSorted());
});

test('more than a page of events is handled in one look', async () => {
  const { handled, follow } = await follower('Many');
  const written = await write(database, 'Many', 4_500);
  assert.equal(await follow(), 4_500);
  assert.deepEqual(handled, written);
});

test('when handling fails, the same events are handled again', async () => {
  let fails = true;
  const { handled, follow } = await follower('Failing', () => {
    if (fails) throw new Error('no');
  });
  const written = await write(database, 'Failing');
  await assert.rejects(follow(), /no/);
  fails = false;
  await follow();
  assert.deepEqual(handled, written);
});

test('several processes follow without handling anything twice', async () => {
  const { handled, follow, look } = await follower('Shared');
  const others = Array.from({ length: 3 }, () =>
    createEventFollower({
      bypassingRls: database,
      name: 'Shared',
      types: ['Shared'],
      handle: async (_tx, events) => void handled.push(...events.map(({ stream }) => stream)),
    }),
  );
  const written: string[] = [];
  for (let i = 0; i < 30; i++) {
    const writing = write(database, 'Shared', 5);
    await Promise.all([look(), ...others.map((other) => other())]);
    written.push(...(await writing));
  }
  await follow();
  assert.deepEqual(handled.toSorted(), written.toSorted());
});

test('after a long while a start looks only at the newest positions', async () => {
  const { follow } = await follower('Floor');
  const other = createEventFollower({
    bypassingRls: database,
    name: 'Floor',
    types: ['Floor'],
    handle: async () => {},
  });
  await write(database, 'Noise', 12_000);
  for (let i = 0; i < 4; i++) await follow();
  const [row] = await database.query<{ floor: number; last: number }>(
    `SELECT after_position AS floor, (SELECT max(position) FROM event_store) AS last FROM event_followers WHERE name = 'Floor'`,
  );
  assert.equal(row!.floor, row!.last);
  await write(database, 'Floor');
  await waitForOthers(database);
  assert.equal(await other(), 1);
});
