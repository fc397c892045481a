import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTestDatabase } from '../../../test/support/database.ts';
import { createManualClock, type ManualClock } from '../clock/clock.ts';
import { attemptCounterContract, sharedCounterContract } from './attempt-counter.contract.ts';
import { createInProcessAttemptCounter } from './in-process-attempt-counter.ts';
import { createPostgresAttemptCounter } from './postgres-attempt-counter.ts';

describe('attempts counted in this process', () => {
  attemptCounterContract((clock) => createInProcessAttemptCounter({ clock }));

  test('are counted at once, without a promise', () => {
    const counter = createInProcessAttemptCounter({ clock: createManualClock(0) });
    const limits = { card: { max: 1, windowMs: 1_000, attemptsCount: 'while under way' } } as const;
    const begun = counter.attempts('tries', limits).begin({ card: 'c1' });
    assert('allowed' in begun && begun.allowed);
    assert.equal(begun.end('failed'), undefined);
  });
});

describe('attempts counted in PostgreSQL', async () => {
  const { database } = await createTestDatabase();
  const open = (clock: ManualClock) =>
    createPostgresAttemptCounter({
      bypassingRls: database.bypassingRls,
      clock,
      onFailure: (error) => assert.fail(String(error)),
    });
  async function empty() {
    await database.bypassingRls.query('TRUNCATE attempt_counts');
  }
  attemptCounterContract(async (clock) => {
    await empty();
    return open(clock);
  });
  sharedCounterContract(async (clock) => {
    await empty();
    return [open(clock), open(clock)];
  });

  test('keep nothing of whom nothing is counted, and nothing by which somebody could be known', async () => {
    await empty();
    const clock = createManualClock(0);
    const counter = open(clock);
    const limits = {
      account: { max: 3, windowMs: 1_000, attemptsCount: 'as failed' },
      network: { max: 3, windowMs: 1_000, attemptsCount: 'not', successMakesUp: true },
    } as const;
    const count = async () => (await database.bypassingRls.query('SELECT * FROM attempt_counts')).length;
    const begun = await counter.attempts('tries', limits).begin({ account: 'ana@example.org', network: '192.0.2.1' });
    assert(begun.allowed);
    assert.equal(await count(), 1);
    assert.doesNotMatch(JSON.stringify(await database.bypassingRls.query('SELECT * FROM attempt_counts')), /ana|192/);
    await begun.end('right');
    assert.equal(await count(), 0);
    await counter.attempts('tries', limits).begin({ account: 'eva', network: null });
    clock.advance(1_000);
    await counter.forgetPassed();
    assert.equal(await count(), 0);
  });

  for (const when of ['begins', 'ends'] as const) {
    test(`an attempt that ${when} while another process counts one of its names is counted under all of them`, async () => {
      await empty();
      const tries = open(createManualClock(0)).attempts('tries', {
        account: { max: 2, windowMs: 60_000, attemptsCount: 'while under way' },
        card: { max: 2, windowMs: 60_000, attemptsCount: 'while under way' },
      });
      const { bypassingRls } = database;
      const ana = { account: 'ana', card: 'c1' };
      const first = await tries.begin({ account: null, card: 'c1' });
      assert(first.allowed);
      const [row] = await bypassingRls.query<{ key: Buffer; ends_at: Date }>('SELECT key, ends_at FROM attempt_counts');
      await first.end('neither');
      const own = when === 'ends' ? await tries.begin(ana) : null;
      const { under, counting } = await bypassingRls.transaction(async (tx) => {
        await tx.query(
          `INSERT INTO attempt_counts (key, failures, under_way, ends_at) VALUES ($1, 0, 1, $2)
           ON CONFLICT (key) DO UPDATE SET under_way = attempt_counts.under_way + 1`,
          [row!.key, row!.ends_at],
        );
        const asked = own?.allowed ? own.end('neither') : tries.begin(ana);
        const isWaiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
        while ((await bypassingRls.query(isWaiting)).length === 0) await sleep(5);
        return { under: when === 'ends' ? [1] : [1, 2], counting: asked };
      });
      await counting;
      const rows = await bypassingRls.query<{ under: number }>(
        'SELECT under_way AS under FROM attempt_counts ORDER BY under_way',
      );
      assert.deepEqual(
        rows.map((one) => one.under),
        under,
      );
    });
  }

  test('an end that cannot be counted is reported, and nobody hears of it', async () => {
    const reported: unknown[] = [];
    let isDown = false;
    const flaky = {
      query: database.bypassingRls.query,
      transaction: ((...asked: Parameters<typeof database.bypassingRls.transaction>) =>
        isDown
          ? Promise.reject(new Error('down'))
          : database.bypassingRls.transaction(...asked)) as typeof database.bypassingRls.transaction,
    };
    const counter = createPostgresAttemptCounter({
      bypassingRls: flaky,
      clock: createManualClock(0),
      onFailure: (error) => reported.push(error),
    });
    const limits = { card: { max: 1, windowMs: 1_000, attemptsCount: 'while under way' } } as const;
    const begun = await counter.attempts('tries', limits).begin({ card: 'c1' });
    assert(begun.allowed);
    isDown = true;
    await begun.end('failed');
    assert.equal(reported.length, 1);
  });

  test('rows of a clock that was far ahead lock nobody out', async () => {
    await empty();
    const counter = open(createManualClock(0));
    const limits = { card: { max: 1, windowMs: 1_000, attemptsCount: 'while under way' } } as const;
    const begin = () => counter.attempts('tries', limits).begin({ card: 'c1' });
    await begin();
    assert.equal((await begin()).allowed, false);
    await database.bypassingRls.query(`UPDATE attempt_counts SET ends_at = ends_at + interval '2 hours'`);
    assert.equal((await begin()).allowed, true);
  });
});
