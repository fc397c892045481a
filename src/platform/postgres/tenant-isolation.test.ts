import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { sqlState } from './database.ts';
import { everybody } from './scope.ts';

/** Kept apart on purpose: none. Whoever adds a table with an organizer_id gets row-level security by `raise_walls()`. */
const withoutRls: readonly string[] = [];

describe('tenant isolation in PostgreSQL', () => {
  let database: TestDatabase;
  let other: number;

  before(async () => {
    ({ database } = await createTestDatabase());
    const [row] = await database.query<{ organizer_id: number }>(
      `INSERT INTO organizers (name, slug) VALUES ('Other', 'other') RETURNING organizer_id`,
    );
    other = row!.organizer_id;
    for (const organizerId of [1, other]) {
      await database.query(
        `WITH venue AS (INSERT INTO venues (organizer_id, name) VALUES ($1, 'Hall') RETURNING venue_id)
         INSERT INTO events (organizer_id, venue_id, title, status, starts_at, time_zone, currency)
         SELECT $1, venue_id, title, status, '2027-03-01T20:00:00Z', 'UTC', 'EUR'
         FROM venue, (VALUES ('Secret', 'draft'), ('Shown', 'published')) AS v(title, status)`,
        [organizerId],
      );
    }
  });

  const titles = async (source: { query: TestDatabase['query'] }) =>
    (
      await source.query<{ text: string }>(
        `SELECT organizer_id || ' ' || title AS text FROM events ORDER BY organizer_id, title`,
      )
    ).map(({ text }) => text);

  test('stands around every table that has an organizer_id, for its owner too', async () => {
    const rows = await database.query<{ name: string }>(
      `SELECT c.relname AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
       WHERE c.relkind IN ('r', 'p') AND a.attname = 'organizer_id' AND NOT a.attisdropped
         AND NOT (c.relrowsecurity AND c.relforcerowsecurity)`,
    );
    assert.deepEqual(
      rows.map(({ name }) => name),
      withoutRls,
    );
  });

  test('shows an organiser its own rows alone, announced or not', async () => {
    assert.deepEqual(await titles(database.as({ organizerId: other })), [`${other} Secret`, `${other} Shown`]);
    assert.deepEqual(await titles(database.as({ organizers: [1, other] })), [
      '1 Secret',
      '1 Shown',
      `${other} Secret`,
      `${other} Shown`,
    ]);
  });

  test('shows the public what is announced, of all organisers, and nobody anything', async () => {
    assert.deepEqual(await titles(database.as(everybody)), ['1 Shown', `${other} Shown`]);
    assert.deepEqual(await titles(database.as({ organizers: [] })), []);
    assert.deepEqual(await titles(database.as({ organizerId: 0 })), []);
  });

  test('lets nobody write into another organiser, or give a row away', async () => {
    const stranger = database.as({ organizerId: other });
    const insert = stranger.query(`INSERT INTO venues (organizer_id, name) VALUES (1, 'Mine now')`);
    await assert.rejects(insert, (error) => sqlState(error) === '42501');
    const give = stranger.query('UPDATE venues SET organizer_id = 1');
    await assert.rejects(give, (error) => sqlState(error) === '42501');
    await stranger.query(`UPDATE events SET title = 'Taken'`);
    await stranger.query('DELETE FROM events');
    assert.deepEqual(await titles(database), ['1 Secret', '1 Shown']);
  });

  test('stands on a raw connection too, by role and setting alone', async () => {
    const seen = await database.transaction(async (tx) => {
      await tx.query('SET LOCAL ROLE onsale_request');
      const nobody = await titles(tx);
      await tx.query(`SELECT set_config('app.organizers', '{1}', true)`);
      return { nobody, one: await titles(tx) };
    });
    assert.deepEqual(seen, { nobody: [], one: ['1 Secret', '1 Shown'] });
  });

  test('leaves the connection as it was', async () => {
    await database.as({ organizerId: 1 }).query('SELECT 1');
    const rows = await Promise.all(
      Array.from({ length: 12 }, () => database.query<{ role: string }>('SELECT current_user AS role')),
    );
    assert.ok(rows.every(([row]) => row!.role !== 'onsale_request'));
  });

  test('takes no text for a scope', async () => {
    const forged = `x', true); DROP TABLE events; --`;
    await assert.rejects(database.as({ organizers: [forged as unknown as number] }).query('SELECT 1'));
    await assert.rejects(database.as({ organizers: [], customers: [forged] }).query('SELECT 1'));
  });

  describe('at a sale', () => {
    const asked = `SELECT DISTINCT organizer_id AS id FROM tickets ORDER BY 1`;
    const ids = (rows: readonly { id: number }[]) => rows.map(({ id }) => id);
    const takeAll = `WITH taken AS (UPDATE tickets SET reason = 'taken' RETURNING organizer_id)
      SELECT DISTINCT organizer_id AS id FROM taken ORDER BY 1`;

    before(async () => {
      await database.query(
        `WITH event AS (INSERT INTO events (organizer_id, venue_id, title, status, starts_at, time_zone, currency)
           SELECT organizer_id, venue_id, 'Sold', 'draft', '2027-03-01T20:00:00Z', 'UTC', 'EUR' FROM venues RETURNING *),
         type AS (INSERT INTO ticket_types (event_id, organizer_id, name, rates)
           SELECT event_id, organizer_id, 'Seat', '[]' FROM event RETURNING *)
         INSERT INTO tickets (event_id, ticket_id, organizer_id, ticket_type_id, place_no)
         SELECT event_id, gen_random_uuid(), organizer_id, ticket_type_id, 1 FROM type`,
      );
    });

    test('a batch sees and changes the rows of its organisers alone, announced or not', async () => {
      for (const sellers of [[1], [1], [other], [1, other], [other], []]) {
        assert.deepEqual(ids(await database.as({ sellers }).query<{ id: number }>(asked)), sellers);
        assert.deepEqual(ids(await database.as({ sellers }).query<{ id: number }>(takeAll)), sellers);
      }
    });

    test('a batch that fails leaves no scope to the next one', async () => {
      for (const sellers of [[1], [other], [1], [1, other]]) {
        await assert.rejects(database.as({ sellers }).query('SELECT 1 / 0'));
        await assert.rejects(database.as({ sellers }).transaction((tx) => tx.query('SELECT 1 / 0')));
        const rows = await database.as({ sellers }).transaction((tx) => tx.query<{ id: number }>(asked));
        assert.deepEqual(ids(rows), sellers);
      }
    });

    test('batches that are written at once keep their scopes apart', async () => {
      const scopes = Array.from({ length: 60 }, (_, i) => [[1], [other], [1, other]][i % 3]!);
      const seen = await Promise.all(
        scopes.map(async (sellers) => ids(await database.as({ sellers }).query<{ id: number }>(asked))),
      );
      assert.deepEqual(seen, scopes);
    });

    test('a batch may write what a purchase writes, and nothing else', async () => {
      const seller = database.as({ sellers: [1] });
      const forbidden = [
        `UPDATE events SET title = 'Other'`,
        'DELETE FROM tickets',
        'DELETE FROM bookings',
        'SELECT * FROM accounts',
        'SELECT * FROM event_store',
        'UPDATE payments SET amount_minor = 0',
        'SELECT * FROM api_keys',
      ];
      for (const statement of forbidden)
        await assert.rejects(seller.query(statement), (error) => sqlState(error) === '42501', statement);
      const foreign = `INSERT INTO outbox (message_id, organizer_id, topic, payload) VALUES (gen_random_uuid(), $1, 'x', '{}')`;
      await seller.query(foreign, [1]);
      await assert.rejects(seller.query(foreign, [other]), (error) => sqlState(error) === '42501');
    });

    test('what a sale leaves behind is asked by sales alone', async () => {
      await database.as({ sellers: [1] }).query('SELECT 1');
      const rows = await Promise.all(
        Array.from({ length: 12 }, () =>
          database.query<{ role: string }>('SELECT current_user AS role, scope_organizers()'),
        ),
      );
      for (const [row] of rows) assert.notEqual(row!.role, 'onsale_sale');
    });
  });

  test('keeps history from being rewritten, by anybody', async () => {
    for (const change of [`UPDATE event_store SET type = 'Other'`, 'DELETE FROM event_store', 'TRUNCATE event_store'])
      await assert.rejects(database.query(change), /only ever added to/, change);
  });
});
