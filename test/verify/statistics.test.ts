import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verifyDatabase } from '../../src/features/verify/index.ts';
import { createTestDatabase } from '../support/database.ts';

test('what PostgreSQL knows nothing about is looked at before it is checked', async () => {
  const { database } = await createTestDatabase();
  await database.query('ALTER TABLE outbox SET (autovacuum_enabled = false)');
  await database.query(
    `INSERT INTO outbox (message_id, topic, payload, created_at)
     SELECT gen_random_uuid(), 'mail.wanted', json_build_object('text', repeat('x', 100)), now() FROM generate_series(1, 20000)`,
  );
  const known = async () => {
    const [row] = await database.query<{ reltuples: number; columns: number }>(
      `SELECT reltuples, (SELECT count(*) FROM pg_stats WHERE tablename = 'outbox') AS columns FROM pg_class WHERE relname = 'outbox'`,
    );
    return row!;
  };
  assert.deepEqual(await known(), { reltuples: -1, columns: 0 });
  await verifyDatabase(database);
  const after = await known();
  assert.equal(after.reltuples, 20_000);
  assert.ok(after.columns > 0);
  const [one] = await database.query<{ at: Date }>(`SELECT now() AS at`);
  await verifyDatabase(database);
  const again = await database.query(`SELECT FROM pg_stat_user_tables WHERE relname = 'outbox' AND last_analyze > $1`, [
    one!.at,
  ]);
  assert.deepEqual(again, [], 'once is enough');
});
