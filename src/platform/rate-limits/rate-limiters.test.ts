import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../clock/clock.ts';
import { createInProcessRateLimiter } from './in-process-rate-limiter.ts';
import { rateLimiterContract } from './rate-limiter.contract.ts';
import type { Verdict } from './rate-limiter.ts';

describe('rate limits in this process', () => {
  rateLimiterContract(createInProcessRateLimiter);

  test('a flood of new subjects does not make it remember without end, and those who keep coming stay known', () => {
    const clock = createManualClock(0);
    const buckets = createInProcessRateLimiter({ clock }, { subjectsMax: 100 }).buckets('few', {
      burst: 2,
      perSecond: 0.001,
    });
    buckets.take('ana');
    buckets.take('ana');
    for (let i = 0; i < 1_000; i++) {
      buckets.take(`stranger-${i}`);
      if (i % 20 === 0) assert.equal((buckets.take('ana') as Verdict).allowed, false);
    }
  });

  test('whoever is refused again and again has nobody else forgotten', () => {
    const clock = createManualClock(0);
    const rule = { burst: 1, perSecond: 0.001 };
    const buckets = createInProcessRateLimiter({ clock }, { subjectsMax: 4 }).buckets('few', rule);
    for (const subject of ['ana', 'eva', 'ida', 'una']) buckets.take(subject);
    for (let i = 0; i < 50; i++) {
      for (const subject of ['ana', 'eva', 'ida', 'una']) {
        assert.equal((buckets.take(subject) as Verdict).allowed, false);
      }
    }
  });
});
