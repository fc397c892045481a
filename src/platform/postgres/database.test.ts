import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../../../test/support/database.ts';
import { openDatabase, Unavailable } from './database.ts';

describe('a database', () => {
  let database: TestDatabase;
  before(async () => {
    ({ database } = await createTestDatabase());
    await database.query('CREATE TABLE notes (note text)');
    await database.query(`
      CREATE FUNCTION end_this_connection() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$`);
    await database.query(`CREATE TABLE fatal_notes (note text)`);
    await database.query(`
      CREATE CONSTRAINT TRIGGER breaks_at_commit AFTER INSERT ON fatal_notes DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION end_this_connection()`);
  });

  test('keeps nothing of a transaction that throws, and throws the same', async () => {
    const fault = new Error('changed my mind');
    const work = database.transaction(async (tx) => {
      await tx.query(`INSERT INTO notes VALUES ('a')`);
      throw fault;
    });
    await assert.rejects(work, fault);
    assert.deepEqual(await database.query('SELECT * FROM notes'), []);
  });

  test('says Unavailable when the connection breaks during COMMIT, so that the caller asks what became of it', async () => {
    const work = database.transaction((tx) => tx.query(`INSERT INTO fatal_notes VALUES ('a')`));
    await assert.rejects(work, Unavailable);
    assert.deepEqual(await database.query('SELECT 1 AS one'), [{ one: 1 }]);
  });

  test('outlives a connection that breaks between two statements of a transaction', async () => {
    const work = database.transaction(async (tx) => {
      const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      await database.query('SELECT pg_terminate_backend($1, 5000)', [row!.pid]);
      await tx.query('SELECT 1');
    });
    await assert.rejects(work, Unavailable);
    assert.deepEqual(await database.query('SELECT 1 AS one'), [{ one: 1 }]);
  });

  test('says Unavailable when nobody listens', async () => {
    const away = openDatabase({ url: 'postgres://nobody@127.0.0.1:1/nothing' });
    await assert.rejects(away.bypassingRls.query('SELECT 1'), Unavailable);
    await assert.rejects(
      away.bypassingRls.transaction(async () => undefined),
      Unavailable,
    );
    await away.close();
  });

  test('ends though a transaction is never ended, and says so', async () => {
    const { connection } = await createTestDatabase();
    const notices: string[] = [];
    const left = openDatabase(connection, 2, { onNotice: (sentence) => notices.push(sentence) });
    const begun = Promise.withResolvers<void>();
    void left.bypassingRls.transaction(async (tx) => {
      await tx.query('SELECT 1');
      begun.resolve();
      await new Promise(() => {});
    });
    await begun.promise;
    await left.close();
    assert.match(notices.join(), /still busy/);
  });
});
