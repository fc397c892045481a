import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createManualClock } from '../clock/clock.ts';
import type { ListedProcess } from './lease-rows.ts';
import { watchReach } from './reach-watch.ts';

function begin() {
  const clock = createManualClock(0);
  const silent = new Set<string>();
  let changes = 0;
  const watch = watchReach({
    clock,
    reaches: async ({ processId }) => !silent.has(processId),
    onChange: () => {
      changes += 1;
    },
  });
  return {
    watch,
    silent,
    changes: () => changes,
    async pass(seconds: number) {
      for (let passed = 0; passed < seconds * 10; passed++) {
        clock.advance(100);
        await turn();
      }
    },
  };
}

const processes = (...ids: string[]) => ids.map((processId) => ({ processId }) as ListedProcess);

test('whoever is met is asked at once; before that there is no opinion', async () => {
  const { watch, silent } = begin();
  assert.equal(watch.reached, null);
  silent.add('b');
  await watch.meet(processes('b', 'a'));
  assert.deepEqual(watch.reached, ['a']);
  silent.clear();
  await watch.meet(processes('c', 'a'));
  assert.deepEqual(watch.reached, ['a', 'c'], 'who is gone is not reached');
  watch.stop();
});

test('silent for three seconds is reached; for longer it is not, and it is again after as long', async () => {
  const { watch, silent, pass, changes } = begin();
  await watch.meet(processes('a', 'b'));
  silent.add('b');
  await pass(3);
  assert.equal(watch.isUnsure, true);
  silent.clear();
  await pass(10);
  assert.equal(watch.isUnsure, false);
  assert.deepEqual([watch.reached, changes()], [['a', 'b'], 0]);
  silent.add('b');
  await pass(6);
  assert.deepEqual([watch.reached, changes()], [['a'], 1]);
  silent.clear();
  await pass(3);
  assert.deepEqual([watch.reached, changes()], [['a'], 1]);
  await pass(3);
  assert.deepEqual([watch.reached, changes()], [['a', 'b'], 2]);
  watch.stop();
});

test('one that comes and goes every two seconds is as it was', async () => {
  const { watch, silent, pass, changes } = begin();
  await watch.meet(processes('a'));
  for (let times = 0; times < 10; times++) {
    silent.add('a');
    await pass(2);
    silent.clear();
    await pass(2);
  }
  assert.deepEqual([watch.reached, changes()], [['a'], 0]);
  watch.stop();
});
