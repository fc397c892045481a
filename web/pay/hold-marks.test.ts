import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedMark, spokenMark } from './hold-marks.ts';

test('each mark is passed once, on the second itself', () => {
  const heard: number[] = [];
  for (let now = 899; now >= 0; now--) {
    const mark = spokenMark(now + 1, now);
    if (mark !== undefined) heard.push(mark);
  }
  assert.deepEqual(heard, [600, 300, 120, 60, 30]);
});

test('a clock that slept over several marks says the last of them, and nothing once it is over', () => {
  assert.equal(spokenMark(700, 45), 60);
  assert.equal(askedMark(700, 20), 30);
  assert.equal(spokenMark(700, 0), undefined);
});

test('more time passes no mark', () => {
  assert.equal(askedMark(100, 900), undefined);
});
