import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptTallies } from '../../../kernel/attempt-tallies.ts';
import { type Guess, type GuessKind, guesserOf, passwordGuesses } from './guess-limits.ts';

const ann = { account: 'ann@example.org', network: '192.0.2.1' };
const guessWindowMs = passwordGuesses.pair.windowMs;

function countGuesses(max: Partial<Record<GuessKind, number>> = {}, namesMax?: number) {
  const limits = { ...passwordGuesses };
  for (const [kind, each] of Object.entries(max) as [GuessKind, number][]) {
    limits[kind] = { ...limits[kind], max: each };
  }
  const tallies = new AttemptTallies(limits, namesMax);
  return { take: (guess: Guess, at: number) => tallies.begin(guesserOf(guess), at) };
}

test('ten wrong guesses for one account from one network are all, until the window has passed', () => {
  const limits = countGuesses();
  for (let i = 0; i < 10; i++) assert(limits.take(ann, 1000 * i).allowed);
  const refused = limits.take(ann, 10_000);
  assert.deepEqual(refused, { allowed: false, retryAfterSeconds: (guessWindowMs - 10_000) / 1000 });
  assert(limits.take({ ...ann, network: '192.0.2.2' }, 10_000).allowed, 'the owner elsewhere is not locked out');
  assert(limits.take(ann, guessWindowMs).allowed);
});

test('right ones do not count, however many there are', () => {
  const limits = countGuesses();
  for (let i = 0; i < 500; i++) {
    const taken = limits.take(ann, 0);
    assert(taken.allowed);
    taken.end('right', 0);
    taken.end('right', 0);
  }
});

test('guesses under way count: a burst gets no further than a row', () => {
  const limits = countGuesses();
  const allowed = Array.from({ length: 100 }, () => limits.take(ann, 0)).filter((taken) => taken.allowed);
  assert.equal(allowed.length, 10);
});

test('one account is guessed at from everywhere at most thirty times, one network fails at most a thousand times', () => {
  const spread = countGuesses();
  const from = (i: number) => spread.take({ ...ann, network: `198.51.100.${i}` }, 0).allowed;
  assert.equal(Array.from({ length: 60 }, (_, i) => from(i)).filter(Boolean).length, 30);
  const sprayed = countGuesses();
  const at = (i: number) => sprayed.take({ ...ann, account: `user${i}@example.org` }, 0).allowed;
  assert.equal(Array.from({ length: 1_200 }, (_, i) => at(i)).filter(Boolean).length, 1_000);
});

test('a device of the account has a counter of its own: others’ guesses do not shut it out, nor does it guess for ever', () => {
  const limits = countGuesses();
  for (let i = 0; i < 60; i++) limits.take({ ...ann, network: `198.51.100.${i}` }, 0);
  assert.equal(limits.take({ ...ann, network: '203.0.113.1' }, 0).allowed, false);
  const known = { ...ann, device: 'laptop' };
  assert.equal(Array.from({ length: 20 }, () => limits.take(known, 0).allowed).filter(Boolean).length, 10);
});

test('what is refused makes no counter, and no flood of refusals forgets what was counted', () => {
  const limits = countGuesses({ network: 50 }, 100);
  for (let i = 0; i < 10; i++) limits.take(ann, 0);
  const flood = (i: number) => limits.take({ account: `user${i}@example.org`, network: '203.0.113.9' }, 1);
  const allowed = Array.from({ length: 10_000 }, (_, i) => flood(i).allowed).filter(Boolean);
  assert.equal(allowed.length, 50);
  assert.equal(limits.take(ann, 2).allowed, false);
});

test('where a kind is full, the window that would end first makes room, and none of another kind', () => {
  const limits = countGuesses({}, 3);
  for (let i = 0; i < 10; i++) limits.take(ann, 0);
  for (const i of [1, 2, 3]) limits.take({ account: `user${i}@example.org`, network: ann.network }, i);
  assert(limits.take(ann, 4).allowed, 'forgotten as the oldest of its kind');
  const byNetwork = countGuesses({ network: 10 }, 3);
  for (let i = 0; i < 10; i++) byNetwork.take({ account: `user${i}@example.org`, network: ann.network }, i);
  assert.equal(byNetwork.take(ann, 11).allowed, false, 'the network is known however many accounts were tried');
});
