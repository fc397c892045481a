import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSeen } from './change-stream.ts';

test('a snapshot has what was committed before it, also where ids of transactions begin again', () => {
  const snapshot = '100:105:101,103';
  assert.deepEqual(
    [99, 100, 101, 102, 103, 104, 105, 200].map((transaction) => isSeen(snapshot, transaction)),
    [true, true, false, true, false, true, false, false],
  );
  const cycle = 2n ** 32n;
  const later = `${cycle * 3n - 2n}:${cycle * 3n + 2n}:${cycle * 3n - 1n}`;
  // As the stream says them: 32 bits, with a sign.
  assert.deepEqual(
    [-3, -2, -1, 0, 1, 2].map((transaction) => isSeen(later, transaction)),
    [true, true, false, true, true, false],
  );
});
