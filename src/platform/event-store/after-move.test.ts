import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import { waitForOthers } from '../../../test/support/wait-for-others.ts';
import { renumberTransactions } from './after-move.ts';
import { createEventFollower } from './follow-events.ts';

const { database } = await createTestDatabase();

/** Writes as a PostgreSQL that had counted so many transactions. */
async function writtenBy(transaction: number, stream: string): Promise<void> {
  await database.query(
    `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at, written_by)
     VALUES ($2, 1, 'Moved', '{}', '{}', now(), $1::text::xid8)`,
    [transaction, stream],
  );
}

test('whoever follows the event store goes on where it was, in a PostgreSQL that has counted fewer transactions', async () => {
  const ahead = 2_000_000_000;
  await writtenBy(ahead - 5, 'handled');
  await writtenBy(ahead + 5, 'not handled yet');
  await database.query(
    `INSERT INTO event_followers VALUES ('moved', $1::text::xid8, 0), ('another', $2::text::xid8, 0)`,
    [ahead, ahead - 100],
  );
  const handled: string[] = [];
  const follow = createEventFollower({
    bypassingRls: database,
    name: 'moved',
    types: ['Moved'],
    handle: async (_tx, events) => void handled.push(...events.map(({ stream }) => stream)),
  });
  const write = (stream: string) =>
    database.query(
      `INSERT INTO event_store (stream, version, type, data, metadata, occurred_at)
       VALUES ($1, 1, 'Moved', '{}', '{}', now())`,
      [stream],
    );
  await write('written before');
  await waitForOthers(database);
  assert.equal(
    await follow(),
    0,
    'without it: what is written here passes for handled, and what was open for not begun',
  );
  assert.equal(await renumberTransactions(database), true);
  await waitForOthers(database);
  assert.equal(await follow(), 1);
  await write('written later');
  await waitForOthers(database);
  assert.equal(await follow(), 1);
  assert.deepEqual(handled, ['not handled yet', 'written later']);
  assert.equal(await renumberTransactions(database), false, 'nothing to do where the count is not lower');
  await assert.rejects(database.query('UPDATE event_store SET type = type'), /only ever added to/);
});
