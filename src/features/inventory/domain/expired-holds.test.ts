import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ExpiredHolds, expiredCountMax, expiredMemoryMs } from './expired-holds.ts';

test('at most 50,000 expired holds are remembered, the latest ones', () => {
  const expired = new ExpiredHolds();
  for (let i = 0; i <= expiredCountMax; i++) expired.add(`RES_${i}`, { customer: 'ada', account: null, expiredAt: i });
  assert.equal(expired.expiredAt('RES_0', 'ada', expiredCountMax), undefined);
  assert.equal(expired.expiredAt('RES_1', 'ada', expiredCountMax), 1);
});

test('what is forgotten by age leaves the memory, the rest stays', () => {
  const expired = new ExpiredHolds();
  expired.add('RES_OLD', { customer: 'ada', account: null, expiredAt: 0 });
  expired.add('RES_NEW', { customer: 'ada', account: null, expiredAt: 1 });
  expired.prune(expiredMemoryMs);
  assert.equal(expired.expiredAt('RES_OLD', 'ada', 0), undefined);
  assert.equal(expired.expiredAt('RES_NEW', 'ada', expiredMemoryMs), 1);
});
