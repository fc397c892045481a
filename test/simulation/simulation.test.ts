import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { atEnd, createTestDatabase } from '../support/database.ts';
import { type Ground, prepareGround } from './ground.ts';
import { bugs } from './plants.ts';
import { playSeeds } from './play-seeds.ts';
import { explain, type Outcome, runSeed } from './run-seed.ts';
import type { Sellers } from './world.ts';

const seedCounts: Record<Sellers, number> = { alone: 200, together: 300 };
const timeout = { timeout: 900_000 };
const seedsPerBugMax = 100;
const worldsAtOnce = 4;

describe('a whole sale in virtual time', () => {
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

  for (const [sellers, seedsInCi] of Object.entries(seedCounts) as [Sellers, number][]) {
    const who = sellers === 'alone' ? 'one process' : 'processes that sell together';
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
  }

  test('goes the same way again with the same seed, whatever is played beside it or was played before', async () => {
    const played = await Promise.all([7, 8, 7].map((seed, i) => runSeed(seed, grounds[i]!)));
    const [first, other, again] = played.map(({ log }) => log);
    assert.deepEqual(again, first);
    assert.deepEqual((await runSeed(7, await freshGround())).log, first);
    assert.notDeepEqual(other, first);
    const sellers = 'together';
    const [together, another] = await Promise.all(grounds.slice(0, 2).map((ground) => runSeed(7, ground, { sellers })));
    assert.deepEqual(together!.log, another!.log);
    assert.deepEqual((await runSeed(7, await freshGround(), { sellers })).log, together!.log);
  });

  for (const { bug, bent, found, sellers = 'alone' } of bugs) {
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
      assert.match(text, new RegExp(`npm run sim -- --seed ${seed}${sellers === 'together' ? ' --together' : ''}\\b`));
    });
  }
});
