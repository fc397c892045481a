import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPasswordHash, HashingBusy, hashCost } from './password-hash.ts';

test('a hash fits its own password only, and no password fits a missing one', async () => {
  const hashing = createPasswordHash({ atOnce: 1, cost: 4 });
  const hash = await hashing.hash('trois petits cochons', 'here');
  assert.equal(await hashing.verify('trois petits cochons', hash, 'here'), true);
  assert.equal(await hashing.verify('trois petits cochon', hash, 'here'), false);
  assert.equal(await hashing.verify('correct horse', null, 'here'), false);
});

test('a hash of another cost is to be renewed', async () => {
  const hash = await createPasswordHash({ atOnce: 1, cost: 4 }).hash('trois petits cochons', 'here');
  assert.equal(createPasswordHash({ atOnce: 1 }).isOutdated(hash), true);
  assert.equal(createPasswordHash({ atOnce: 1, cost: 4 }).isOutdated(hash), false);
  assert.equal(hashCost, 12);
});

test('only so many are worked on and wait; the rest is asked to come back, and later there is room again', async () => {
  const hashing = createPasswordHash({ atOnce: 1, cost: 4 });
  const results = await Promise.allSettled(
    Array.from({ length: 60 }, () => hashing.hash('trois petits cochons', 'here')),
  );
  const busy = results.filter((result) => result.status === 'rejected');
  assert.equal(busy.length, 60 - 33);
  for (const { reason } of busy) assert(reason instanceof HashingBusy && reason.retryAfterSeconds >= 1);
  assert.match(await hashing.hash('trois petits cochons', 'here'), /^\$2b\$04\$/);
});

test('askers take turns: one that asks without end waits for itself, others for no more than what runs', async () => {
  const hashing = createPasswordHash({ atOnce: 1, cost: 4 });
  const order: string[] = [];
  const ask = (asker: string) => hashing.hash('trois petits cochons', asker).then(() => order.push(asker));
  const flood = Array.from({ length: 20 }, () => ask('flood'));
  await flood[4];
  await ask('ana');
  assert.equal(order.indexOf('ana') <= 6, true, `${order}`);
  const both = [ask('eva'), ask('eva'), ask('ida')];
  await Promise.all(both);
  await Promise.all(flood);
  assert.deepEqual(order.filter((asker) => asker !== 'flood').slice(1), ['eva', 'ida', 'eva']);
});

test('where the queue is full, whoever has most in it loses its last, not whoever comes', async () => {
  const hashing = createPasswordHash({ atOnce: 1, cost: 4 });
  const flood = Array.from({ length: 33 }, () => hashing.hash('trois petits cochons', 'flood'));
  const ana = hashing.hash('trois petits cochons', 'ana');
  const results = await Promise.allSettled([...flood, ana]);
  assert.deepEqual(
    results.flatMap(({ status }, i) => (status === 'rejected' ? [i] : [])),
    [32],
  );
  // Nobody is remembered for work that was not done.
  await Promise.all([hashing.hash('trois petits cochons', 'flood'), hashing.hash('trois petits cochons', 'ana')]);
});
