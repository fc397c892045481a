import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { assertAgreed, assertSound, openStage } from './payment-scene.ts';

describe('a process that dies while a purchase is under way', () => {
  let database: TestDatabase;
  let stage: Awaited<ReturnType<typeof openStage>>;
  before(async () => {
    ({ database } = await createTestDatabase());
    stage = await openStage(database);
  });

  for (const card of ['pm_card_visa', 'pm_card_chargeDeclined']) {
    test(`dies at every await of it (${card}), and the next one finishes: money, tickets and books agree`, async (t) => {
      // The first run, in which nothing fails, shows where the others die: before and after whatever is awaited.
      let points: readonly string[] = [];
      await stage.play('never', async ({ buy, awaits }) => {
        awaits.begin(null);
        await buy(card);
        points = awaits.end();
      });
      t.diagnostic(`${points.length} points: ${points.join(', ')}`);
      assert.ok(points.length >= 10, points.join());
      for (const [no, point] of points.entries()) {
        const asksAgain = no % 2 === 0;
        const scene = await stage.play(asksAgain ? 'during' : 'after', async ({ buy, awaits }) => {
          awaits.begin(no);
          assert.equal(await buy(card), null, `it dies at ${point}`);
          awaits.end();
          if (asksAgain) await buy(card);
        });
        await assertAgreed(database, scene).catch((error) => {
          const what = `killed at ${no}, ${point}${asksAgain ? ', asked again' : ''}: ${error.message}`;
          throw new Error(what, { cause: error });
        });
      }
      await stage.rest();
      await assertSound(database);
    });
  }
});
