import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../../../platform/clock/clock.ts';
import { recently } from './recently.ts';

test('what is asked within the time is answered from the last answer, what is asked at once from one', async () => {
  const clock = createManualClock(1_000);
  let asked = 0;
  const ask = recently(clock, 100, async () => ++asked);
  assert.deepEqual(await Promise.all([ask(), ask(), ask()]), [1, 1, 1]);
  clock.advance(99);
  assert.equal(await ask(), 1);
  clock.advance(1);
  assert.equal(await ask(), 2);
});

test('a failure is not kept', async () => {
  const clock = createManualClock(1_000);
  let fails = true;
  const ask = recently(clock, 100, async () => {
    if (fails) throw new Error('away');
    return 'there';
  });
  await assert.rejects(ask(), /away/);
  fails = false;
  assert.equal(await ask(), 'there');
});
