import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { atEnd, createTestDatabase } from '../support/database.ts';
import { type Ground, prepareGround } from './ground.ts';
import { bugs } from './plants.ts';
import { playSeeds } from './play-seeds.ts';
import { explain, type Outcome, runSeed } from './run-seed.ts';
import type { Sellers } from './world.ts';

/** On a machine that does much else. Said of the suite too: it has a time of its own. */
const timeout = { timeout: 900_000 };
const seedsPerBugMax = 100;
const worldsAtOnce = 4;

/**
 * Plays whole sales in virtual time, each from its seed, and finds the faults that are planted among the sellers. Those who sell alone and
 * those who sell together are files of their own, so that both cores play.
 */
export function simulatedSales(sellers: Sellers, seedsInCi: number): void {
  const who = sellers === 'alone' ? 'one process' : 'processes that sell together';
  describe(`a whole sale of ${who}, in virtual time`, timeout, () => {
    const grounds: Ground[] = [];
    before(async () => {
      for (let i = 0; i < worldsAtOnce; i++) grounds.push(await freshGround());
    });

    async function freshGround(): Promise<Ground> {
      const { connection } = await createTestDatabase();
      const ground = await prepareGround(connection);
      atEnd(() => ground.close());
      return ground;
    }

    test(`keeps every promise of ${who} through faults and crashes, for ${seedsInCi} seeds`, timeout, async () => {
      const failed: Outcome[] = [];
      let played = 0;
      const report = (outcome: Outcome) => {
        played += 1;
        if (outcome.failure) failed.push(outcome);
        return failed.length === 0;
      };
      await playSeeds({ from: 1, count: seedsInCi }, grounds, report, { sellers });
      assert.equal(failed.length, 0, failed.map((outcome) => explain(outcome)).join('\n'));
      assert.equal(played, seedsInCi);
    });

    test('goes the same way again with the same seed, whatever is played beside it or was played before', async () => {
      const options = { sellers };
      const played = await Promise.all([7, 8, 7].map((seed, i) => runSeed(seed, grounds[i]!, options)));
      const [first, other, again] = played.map(({ log }) => log);
      assert.deepEqual(again, first);
      assert.deepEqual((await runSeed(7, await freshGround(), options)).log, first);
      assert.notDeepEqual(other, first);
    });

    for (const { bug, bent, found, sellers: planted = 'alone' } of bugs) {
      if (planted !== sellers) continue;
      test(`finds ${bug}, and says how to see it again`, async () => {
        const reports: { seed: number; text: string }[] = [];
        const report = (outcome: Outcome) => {
          if (outcome.failure && found.test(outcome.failure.message))
            reports.push({ seed: outcome.seed, text: explain(outcome) });
          return reports.length === 0;
        };
        await playSeeds({ from: 1, count: seedsPerBugMax }, grounds, report, { bent, sellers });
        assert.ok(reports.length > 0, `${seedsPerBugMax} seeds did not find it`);
        const { seed, text } = reports[0]!;
        assert.match(text, new RegExp(`Seed ${seed} breaks a promise`));
        assert.match(
          text,
          new RegExp(`npm run sim -- --seed ${seed}${sellers === 'together' ? ' --together' : ''}\\b`),
        );
      });
    }
  });
}
