import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../clock/clock.ts';
import { createKeptAnswers } from './kept-answers.ts';

function createKept() {
  const clock = createManualClock(0);
  const kept = createKeptAnswers(clock);
  /** What the command came to; null: it is new. */
  const ask = (id: string) => {
    let found: string | null = null;
    const isNew = kept.begin(id, (kind, content) => {
      found = `${kind} ${content}`;
    });
    if (isNew) kept.end(id, 'answer', '"new"');
    return isNew ? null : found;
  };
  const answer = (id: string, content: string) => {
    kept.begin(id, () => {});
    kept.end(id, 'answer', content);
  };
  return { clock, kept, ask, answer };
}

test('an answer is kept for a quarter of a minute at least, whatever else is answered, and not for half of one', () => {
  for (const offset of [0, 1, 2_500, 4_999, 14_999]) {
    const { clock, ask, answer } = createKept();
    clock.advance(offset);
    answer('one', '1');
    for (let second = 1; second <= 14; second++) {
      clock.advance(1_000);
      for (let nth = 0; nth < 100; nth++) answer(`other ${second}.${nth}`, '2'.repeat(1_000));
    }
    assert.equal(ask('one'), 'answer 1', `${offset}`);
    for (let second = 15; second <= 30; second++) {
      clock.advance(1_000);
      answer(`other ${second}`, '2');
    }
    assert.equal(ask('one'), null, `${offset}`);
  }
});

test('of more than there is room for the newest are kept', () => {
  const { ask, answer } = createKept();
  // One text, however often it is kept.
  const content = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 600; i++) answer(`${i}`, content);
  assert.equal(ask('300'), null);
  for (let i = 450; i < 600; i++) assert.equal(ask(`${i}`), `answer ${content}`);
});

test('all who wait hear it, in the order in which they asked', () => {
  const { kept } = createKept();
  const heard: string[] = [];
  assert.equal(
    kept.begin('one', () => void heard.push('first')),
    true,
  );
  assert.equal(
    kept.begin('one', () => void heard.push('second')),
    false,
  );
  kept.end('one', 'refuse', '{}');
  assert.deepEqual(heard, ['first', 'second']);
  assert.equal(
    kept.begin('one', () => {}),
    true,
    'a refusal is not kept',
  );
});
