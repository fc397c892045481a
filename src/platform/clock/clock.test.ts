import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { createManualClock, systemClock } from './clock.ts';

const realNow = Date.now;
afterEach(() => {
  Date.now = realNow;
  systemClock.now();
});

describe('the system’s clock', () => {
  const reported: number[] = [];
  systemClock.onSet((byMs) => reported.push(byMs));

  for (const byMs of [-15_000, -120_000, -7_200_000, 7_200_000]) {
    test(`reports that it was set by ${byMs} ms, before anybody reads the new time`, () => {
      systemClock.now();
      reported.length = 0;
      Date.now = () => realNow() + byMs;
      const now = systemClock.now();
      assert.equal(reported.length, 1);
      assert.ok(Math.abs(reported[0]! - byMs) < 100, `${reported[0]}`);
      assert.ok(Math.abs(now - realNow() - byMs) < 100);
      systemClock.now();
      assert.equal(reported.length, 1, 'once');
      Date.now = realNow;
      systemClock.now();
      assert.ok(Math.abs(reported[0]! + reported[1]!) < 200, 'and back');
    });
  }

  test('is not set when it is kept right by a little', () => {
    systemClock.now();
    reported.length = 0;
    Date.now = () => realNow() - 400;
    systemClock.now();
    assert.deepEqual(reported, []);
  });
});

test('a manual clock that is set passes no time', () => {
  const clock = createManualClock(1_000_000);
  const reported: number[] = [];
  clock.onSet((byMs) => reported.push(byMs));
  clock.advance(500);
  clock.jump(-7_000);
  assert.deepEqual([clock.now(), clock.measure(), reported], [993_500, 500, [-7_000]]);
});
