import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../clock/clock.ts';
import { measureLatencies } from './service-latencies.ts';

test('says how long each server took, all asked at once; null for one that fails or hangs', async () => {
  const clock = createManualClock(0);
  const after = (ms: number) => new Promise<void>((done) => void clock.after(ms, done));
  const measuring = measureLatencies(
    [
      { name: 'quick', ping: () => after(2.345) },
      { name: 'slow', ping: () => after(1_400) },
      { name: 'broken', ping: async () => Promise.reject(new Error('away')) },
      { name: 'hung', ping: () => new Promise(() => {}) },
    ],
    clock,
  );
  clock.advance(2.345);
  await new Promise(setImmediate);
  clock.advance(1_400 - 2.345);
  await new Promise(setImmediate);
  clock.advance(100);
  assert.deepEqual(await measuring, { quick: 2.35, slow: 1_400, broken: null, hung: null });
});

test('where there is none, nothing is waited for', async () => {
  assert.deepEqual(await measureLatencies([], createManualClock(0)), {});
});
