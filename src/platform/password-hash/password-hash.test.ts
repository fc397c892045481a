import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswordHash, HashingBusy, hashCost } from './password-hash.ts';

test('a hash fits its own password only, and no password fits a missing one', async () => {
  const hashing = createPasswordHash({ atOnce: 1, cost: 4 });
  const hash = await hashing.hash('trois petits cochons');
  assert.equal(await hashing.verify('trois petits cochons', hash), true);
  assert.equal(await hashing.verify('trois petits cochon', hash), false);
  assert.equal(await hashing.verify('correct horse', null), false);
});

test('a hash of another cost is to be renewed', async () => {
  const hash = await createPasswordHash({ atOnce: 1, cost: 4 }).hash('trois petits cochons');
  assert.equal(createPasswordHash({ atOnce: 1 }).isOutdated(hash), true);
  assert.equal(createPasswordHash({ atOnce: 1, cost: 4 }).isOutdated(hash), false);
  assert.equal(hashCost, 12);
});

test('only so many are worked on and wait; the rest is told to come back, and later there is room again', async () => {
  const hashing = createPasswordHash({ atOnce: 1, cost: 4 });
  const results = await Promise.allSettled(Array.from({ length: 60 }, () => hashing.hash('trois petits cochons')));
  const busy = results.filter((result) => result.status === 'rejected');
  assert.equal(busy.length, 60 - 33);
  for (const { reason } of busy) assert(reason instanceof HashingBusy && reason.retryAfterSeconds >= 1);
  assert.match(await hashing.hash('trois petits cochons'), /^\$2b\$04\$/);
});
