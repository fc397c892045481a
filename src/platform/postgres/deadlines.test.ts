import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../../../test/support/database.ts';
import { DiskFull, openDatabase, type Queryable, Unavailable } from './database.ts';

const { database, connection } = await createTestDatabase();
const deadlineOf = async (source: Queryable) => {
  const [row] = await source.query<{ statement_timeout: string }>('SHOW statement_timeout');
  return row!.statement_timeout;
};
const raise = (code: string) => `DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '${code}'; END $$`;

describe('the deadline of a statement', () => {
  test('is half a minute, under row-level security too; a batch of sales has five seconds', async () => {
    assert.equal(await deadlineOf(database), '30s');
    assert.equal(await deadlineOf(database.as({ organizerId: 1 })), '30s');
    assert.equal(await deadlineOf(database.as({ sellers: [1] })), '5s');
    assert.equal(await database.transaction(deadlineOf), '30s');
  });

  test('is an hour for much work, and for that alone', async () => {
    assert.equal(await database.transaction(deadlineOf, { isLong: true }), '1h');
    assert.equal(await database.as({ organizerId: 1 }).transaction(deadlineOf, { isLong: true }), '1h');
    assert.deepEqual(await Promise.all(Array.from({ length: 12 }, () => deadlineOf(database))), Array(12).fill('30s'));
    const patient = openDatabase(connection, 1, { isPatient: true });
    assert.equal(await deadlineOf(patient.bypassingRls), '1h');
    await patient.close();
  });

  test('that has come is no fault of the statement', async () => {
    const late = database.transaction(async (tx) => {
      await tx.query('SET LOCAL statement_timeout = 30');
      await tx.query('SELECT pg_sleep(5)');
    });
    await assert.rejects(late, Unavailable);
    assert.equal(await deadlineOf(database), '30s');
  });
});

describe('what the server cannot help', () => {
  for (const code of ['53100', '53200', '53300', '53400', '58030', '57014', '57P01', '57P03', '25006']) {
    test(`${code} is Unavailable, and the connections are still good`, async () => {
      await assert.rejects(database.query(raise(code)), Unavailable);
      await assert.rejects(database.as({ organizerId: 1 }).query(raise(code)), Unavailable);
      await assert.rejects(
        database.transaction((tx) => tx.query(raise(code))),
        Unavailable,
      );
      assert.equal(await deadlineOf(database), '30s');
    });
  }

  test('what the statement is to blame for is not', async () => {
    for (const code of ['23505', '42601', '40001', '55P03'])
      await assert.rejects(database.query(raise(code)), (error) => !(error instanceof Unavailable));
  });

  test('a full disk is known as full until something can be written', async () => {
    const said: string[] = [];
    const own = openDatabase(connection, 2, { onNotice: (sentence) => said.push(sentence) });
    assert.equal(own.canWrite, true);
    await assert.rejects(own.as({ sellers: [1] }).query(raise('53100')), DiskFull);
    assert.equal(own.canWrite, false);
    for (let time = 0; time < 100 && !own.canWrite; time++) await sleep(100);
    assert.equal(own.canWrite, true);
    assert.equal(said.length, 2);
    assert.deepEqual(await own.bypassingRls.query(`SELECT FROM pg_class WHERE relname = 'onsale_room'`), []);
    await own.close();
  });
});
