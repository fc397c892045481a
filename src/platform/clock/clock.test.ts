import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { createManualClock, systemClock } from './clock.ts';

const realNow = Date.now;
afterEach(() => {
  Date.now = realNow;
  systemClock.now();
});

describe('the system’s clock', () => {
  const told: number[] = [];
  systemClock.onSet((byMs) => told.push(byMs));

  for (const byMs of [-15_000, -120_000, -7_200_000, 7_200_000]) {
    test(`tells that it was set by ${byMs} ms, before anybody reads the new time`, () => {
      systemClock.now();
      told.length = 0;
      Date.now = () => realNow() + byMs;
      const now = systemClock.now();
      assert.equal(told.length, 1);
      assert.ok(Math.abs(told[0]! - byMs) < 100, `${told[0]}`);
      assert.ok(Math.abs(now - realNow() - byMs) < 100);
      systemClock.now();
      assert.equal(told.length, 1, 'once');
      Date.now = realNow;
      systemClock.now();
      assert.ok(Math.abs(told[0]! + told[1]!) < 200, 'and back');
    });
  }

  test('is not set when it is kept right by a little', () => {
    systemClock.now();
    told.length = 0;
    Date.now = () => realNow() - 400;
    systemClock.now();
    assert.deepEqual(told, []);
  });
});

test('a manual clock that is set passes no time', () => {
  const clock = createManualClock(1_000_000);
  const told: number[] = [];
  clock.onSet((byMs) => told.push(byMs));
  clock.advance(500);
  clock.jump(-7_000);
  assert.deepEqual([clock.now(), clock.measure(), told], [993_500, 500, [-7_000]]);
});
