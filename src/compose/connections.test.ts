import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualConnections } from '../config-readers.ts';
import { generalConnections } from './connections.ts';

test('connections follow the cores, within bounds', () => {
  assert.deepEqual([1, 2, 4, 64].map(usualConnections), [18, 18, 32, 50]);
});

test('of the total, sales and what stands alone have theirs, and the rest has at least one', () => {
  assert.deepEqual([18, 50, 8].map(generalConnections), [12, 44, 2]);
});
