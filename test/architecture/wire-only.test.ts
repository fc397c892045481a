import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readApiTests } from '../support/wire-only.ts';

/** Of a hundred API tests as they are written. It only goes up. */
const shareMin = 54;

test('the API tests that need only the wire stay so: they can run against any number of processes', () => {
  const files = readApiTests();
  const sum = (part: 'all' | 'wireOnly') => files.reduce((total, file) => total + file[part], 0);
  const share = (100 * sum('wireOnly')) / sum('all');
  assert.ok(
    share >= shareMin,
    `${sum('wireOnly')} of ${sum('all')} API tests need only the wire (${share.toFixed(1)} %)`,
  );
});
