import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usualConnections } from '../config-database.ts';
import { describePlan, planConnections } from './connections.ts';

test('connections follow the cores that a process has, within bounds', () => {
  const of = (workers: number) => [1, 2, 4, 64].map((cores) => usualConnections(cores, workers));
  assert.deepEqual(
    [of(1), of(2), of(16)],
    [
      [18, 18, 32, 50],
      [18, 18, 18, 50],
      [18, 18, 18, 32],
    ],
  );
});

test('of the total, sales and what stands alone have theirs, and the rest has at least one', () => {
  const general = (total: number) => planConnections(total, 'server').general;
  assert.deepEqual([18, 50, 8].map(general), [12, 44, 3]);
  assert.equal(planConnections(18, 'server', false).general, 16, 'a process that does not sell keeps none for sales');
  assert.equal(describePlan(planConnections(18, 'server')), 'up to 18: 12, 4 for sales, 2 apart');
});

test('the server sees all of them, or past a pooler only those that go to itself', () => {
  assert.equal(planConnections(18, 'server').atServer, 18);
  assert.equal(planConnections(18, 'past it too').atServer, 3);
  assert.equal(planConnections(18, 'pooler').atServer, null);
});
