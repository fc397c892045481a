import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createManualClock } from '../clock/clock.ts';
import { createFailOpenRateLimiter } from './fail-open-rate-limiter.ts';
import { createInProcessRateLimiter } from './in-process-rate-limiter.ts';
import { rateLimiterContract } from './rate-limiter.contract.ts';
import type { RateLimiter, Verdict } from './rate-limiter.ts';

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

/** A limiter that counts in this process and answers later. */
function late(limiter: RateLimiter): RateLimiter {
  return {
    buckets(name, rule) {
      const buckets = limiter.buckets(name, rule);
      return {
        take: async (subject) => buckets.take(subject),
        charge: async (subject) => buckets.charge(subject),
      };
    },
  };
}

const neverReported = (error: unknown) => assert.fail(String(error));

describe('rate limits that are let through where they fail, decided at once', () => {
  rateLimiterContract(({ clock }) => {
    return createFailOpenRateLimiter({
      limiter: createInProcessRateLimiter({ clock }),
      clock,
      onFailure: neverReported,
    });
  });

  test('answer without a promise', () => {
    const clock = createManualClock(0);
    const limiter = createFailOpenRateLimiter({
      limiter: createInProcessRateLimiter({ clock }),
      clock,
      onFailure: neverReported,
    });
    assert('allowed' in limiter.buckets('any', { burst: 1, perSecond: 1 }).take('ana'));
  });
});

describe('rate limits that are let through where they fail, decided later', () => {
  rateLimiterContract(({ clock }) => {
    const limiter = late(createInProcessRateLimiter({ clock }));
    return createFailOpenRateLimiter({ limiter, clock, onFailure: neverReported });
  });

  const failing: [string, () => Verdict | Promise<Verdict>][] = [
    ['throws', () => assert.fail('down')],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['never answers', () => new Promise<Verdict>(() => {})],
  ];
  for (const [how, take] of failing) {
    test(`a limiter that ${how} lets everybody through, and is reported every ten seconds`, async () => {
      const clock = createManualClock(0);
      const reported: unknown[] = [];
      const broken: RateLimiter = { buckets: () => ({ take, charge: () => void take() }) };
      const buckets = createFailOpenRateLimiter({
        limiter: broken,
        clock,
        onFailure: (error) => reported.push(error),
      }).buckets('any', { burst: 1, perSecond: 1 });
      const ask = async () => {
        const verdicts = [buckets.take('ana'), buckets.take('ana')];
        clock.advance(250);
        assert.deepEqual(
          (await Promise.all(verdicts)).map(({ allowed }) => allowed),
          [true, true],
        );
      };
      await ask();
      await ask();
      assert.equal(reported.length, 1);
      clock.advance(10_000);
      await ask();
      assert.equal(reported.length, 2);
    });
  }

  test('a charge that fails is reported, and nobody hears of it', async () => {
    const reported: unknown[] = [];
    const rejecting: RateLimiter = {
      buckets: () => ({ take: () => assert.fail(), charge: () => Promise.reject(new Error('down')) }),
    };
    const parts = {
      limiter: rejecting,
      clock: createManualClock(0),
      onFailure: (error: unknown) => reported.push(error),
    };
    await createFailOpenRateLimiter(parts).buckets('any', { burst: 1, perSecond: 1 }).charge('ana');
    assert.equal(reported.length, 1);
  });
});
