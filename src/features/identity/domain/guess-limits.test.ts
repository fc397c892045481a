import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createGuessLimits, guessWindowMs } from './guess-limits.ts';

const ann = { account: 'ann@example.org', address: '192.0.2.1' };

test('ten wrong guesses for one account from one address are all, until the window has passed', () => {
  const limits = createGuessLimits();
  for (let i = 0; i < 10; i++) assert(limits.take(ann, 1000 * i).allowed);
  const refused = limits.take(ann, 10_000);
  assert.deepEqual(refused, { allowed: false, retryAfterSeconds: (guessWindowMs - 10_000) / 1000 });
  assert(limits.take({ ...ann, address: '192.0.2.2' }, 10_000).allowed, 'the owner elsewhere is not locked out');
  assert(limits.take(ann, guessWindowMs).allowed);
});

test('right ones do not count, however many there are', () => {
  const limits = createGuessLimits();
  for (let i = 0; i < 500; i++) {
    const taken = limits.take(ann, 0);
    assert(taken.allowed);
    taken.forgive();
    taken.forgive();
  }
});

test('guesses under way count: a burst gets no further than a row', () => {
  const limits = createGuessLimits();
  const allowed = Array.from({ length: 100 }, () => limits.take(ann, 0)).filter((taken) => taken.allowed);
  assert.equal(allowed.length, 10);
});

test('one account is guessed at from everywhere at most thirty times, one address fails at most a thousand times', () => {
  const spread = createGuessLimits();
  const from = (i: number) => spread.take({ ...ann, address: `198.51.100.${i}` }, 0).allowed;
  assert.equal(Array.from({ length: 60 }, (_, i) => from(i)).filter(Boolean).length, 30);
  const sprayed = createGuessLimits();
  const at = (i: number) => sprayed.take({ ...ann, account: `user${i}@example.org` }, 0).allowed;
  assert.equal(Array.from({ length: 1_200 }, (_, i) => at(i)).filter(Boolean).length, 1_000);
});
