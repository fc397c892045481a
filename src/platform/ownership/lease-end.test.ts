import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../clock/clock.ts';
import { createLeaseEnd } from './lease-end.ts';

test('a lease counts from before its renewal was sent, and answers that come late, twice or out of order only make it longer', () => {
  const clock = createManualClock(0);
  const lease = createLeaseEnd(clock, 5_000);
  assert.equal(lease.isOver, true);
  lease.extend(lease.now());
  clock.advance(2_000);
  const first = lease.now();
  clock.advance(2_000);
  const second = lease.now();
  clock.advance(500);
  // The answer of the second comes first, and twice.
  for (let times = 0; times < 2; times++) assert.equal(lease.extend(second), false);
  lease.extend(first);
  clock.advance(4_499);
  assert.equal(lease.isOver, false);
  clock.advance(1);
  assert.equal(lease.isOver, true);
  // So late that what it renewed is over by now: nothing is decided by it.
  lease.extend(second);
  assert.equal(lease.isOver, true);
  lease.extend(lease.now());
  assert.equal(lease.isOver, false);
  lease.end();
  assert.equal(lease.isOver, true);
});
