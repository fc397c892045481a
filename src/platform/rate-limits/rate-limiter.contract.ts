import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createManualClock, type ManualClock } from '../clock/clock.ts';
import type { RateLimiter } from './rate-limiter.ts';

/** What every rate limiter must do. */
export function rateLimiterContract(make: (parts: { clock: ManualClock }) => RateLimiter): void {
  const start = Date.UTC(2027, 0, 15, 12);
  let made = 0;
  function fresh(rule: { burst: number; perSecond: number }) {
    const clock = createManualClock(start);
    return { clock, buckets: make({ clock }).buckets(`rule-${++made}`, rule) };
  }

  test('a burst is let through, the next one waits for its token', async () => {
    const { clock, buckets } = fresh({ burst: 3, perSecond: 2 });
    const remaining: number[] = [];
    for (let i = 0; i < 3; i++) remaining.push((await buckets.take('ana')).remaining);
    assert.deepEqual(remaining, [2, 1, 0]);
    assert.deepEqual(await buckets.take('ana'), { allowed: false, limit: 3, remaining: 0, retryAfterMs: 500 });
    clock.advance(499);
    assert.equal((await buckets.take('ana')).retryAfterMs, 1);
    clock.advance(1);
    assert.equal((await buckets.take('ana')).allowed, true);
    assert.equal((await buckets.take('ana')).allowed, false);
  });

  test('subjects do not share', async () => {
    const { buckets } = fresh({ burst: 1, perSecond: 1 });
    assert.equal((await buckets.take('ana')).allowed, true);
    assert.equal((await buckets.take('eva')).allowed, true);
    assert.equal((await buckets.take('ana')).allowed, false);
  });

  test('a refusal costs nothing: whoever keeps trying gets every token that falls due', async () => {
    const { clock, buckets } = fresh({ burst: 1, perSecond: 1 });
    let allowed = 0;
    for (let i = 0; i < 100; i++) {
      if ((await buckets.take('ana')).allowed) allowed += 1;
      clock.advance(100);
    }
    assert.equal(allowed, 10);
  });

  test('what was done already is charged to the tokens to come, at most a burst of them', async () => {
    const { clock, buckets } = fresh({ burst: 2, perSecond: 1 });
    for (let i = 0; i < 3; i++) await buckets.charge('ana');
    assert.deepEqual(await buckets.take('ana'), { allowed: false, limit: 2, remaining: 0, retryAfterMs: 2_000 });
    for (let i = 0; i < 50; i++) await buckets.charge('ana');
    clock.advance(3_000);
    assert.equal((await buckets.take('ana')).allowed, true);
  });

  test('a time of day that is set back or forward refuses nobody, and gives nobody more', async () => {
    for (const jumpMs of [-15_000, -120_000, -7_200_000, 10_800_000]) {
      const { clock, buckets } = fresh({ burst: 3, perSecond: 1 });
      for (let i = 0; i < 2; i++) await buckets.take('ana');
      clock.jump(jumpMs);
      assert.equal((await buckets.take('eva')).allowed, true);
      assert.equal((await buckets.take('ana')).allowed, true);
      assert.equal((await buckets.take('ana')).retryAfterMs, 1_000);
      clock.advance(1_000);
      assert.equal((await buckets.take('ana')).allowed, true);
    }
  });

  test('in any stretch of time at most burst + rate × time are let through, and never fewer than asked below that', async () => {
    const steps = fc.array(fc.nat(2_000), { minLength: 1, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        steps,
        fc.integer({ min: 1, max: 7 }),
        fc.integer({ min: 1, max: 50 }),
        async (pauses, burst, tenths) => {
          const perSecond = tenths / 10;
          const { clock, buckets } = fresh({ burst, perSecond });
          // The textbook bucket, in exact thousandths of a token.
          let tokens = burst * 10_000;
          for (const pauseMs of pauses) {
            clock.advance(pauseMs);
            tokens = Math.min(burst * 10_000, tokens + pauseMs * tenths);
            const { allowed, remaining, retryAfterMs } = await buckets.take('ana');
            assert.equal(allowed, tokens >= 10_000);
            if (allowed) tokens -= 10_000;
            assert.equal(remaining, Math.floor(tokens / 10_000));
            assert.equal(retryAfterMs, tokens >= 10_000 ? 0 : Math.ceil((10_000 - tokens) / tenths));
          }
        },
      ),
    );
  });
}
