import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openTestRedis } from '../../../test/support/open-test-redis.ts';
import { startCluster, startRedis, until, withoutRedis } from '../../../test/support/redis-servers.ts';
import { createManualClock, type ManualClock } from '../clock/clock.ts';
import type { Redis } from '../redis/redis.ts';
import { createSharedTime } from '../redis/shared-time.ts';
import { createFailOpenRateLimiter } from './fail-open-rate-limiter.ts';
import { createInProcessRateLimiter } from './in-process-rate-limiter.ts';
import { rateLimiterContract } from './rate-limiter.contract.ts';
import type { RateLimiter, Verdict } from './rate-limiter.ts';
import { createRedisRateLimiter } from './redis-rate-limiter.ts';
import { createSharedRateLimiter } from './shared-rate-limiter.ts';

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

describe('rate limits in Redis', { skip: withoutRedis }, () => {
  /** No machine is so busy that a server which works does not answer within this. */
  const patienceMs = 10_000;
  let limiters = 0;
  /** A limiter that shares nothing with those before it: the contract's clocks all begin at the same moment. */
  function apart(redis: Redis, { clock }: { clock: ManualClock }): RateLimiter {
    limiters += 1;
    const limiter = createRedisRateLimiter({ redis, now: clock.measure });
    const from = `${limiters} `;
    return { buckets: (name, rule) => limiter.buckets(from + name, rule) };
  }
  const rule = { burst: 4, perSecond: 0.001 };
  async function letThrough(limiter: RateLimiter, subject: string, times: number): Promise<number> {
    const buckets = limiter.buckets('few', rule);
    let count = 0;
    for (let i = 0; i < times; i++) if ((await buckets.take(subject)).allowed) count += 1;
    return count;
  }

  describe('one server', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url, { prefix: 'shop:', patienceMs });
    rateLimiterContract((parts) => apart(redis, parts));

    test('all that is asked in a turn is one command', async () => {
      const buckets = createRedisRateLimiter({ redis, now: () => 1 }).buckets('many', { burst: 3, perSecond: 1 });
      const before = redis.counts.answered;
      const verdicts = await Promise.all(['a', 'b', 'a', 'a', 'a', 'b'].map((subject) => buckets.take(subject)));
      assert.deepEqual(
        verdicts.map(({ allowed, remaining }) => [allowed, remaining]),
        [
          [true, 2],
          [true, 2],
          [true, 1],
          [true, 0],
          [false, 0],
          [true, 1],
        ],
      );
      assert.equal(redis.counts.answered, before + 1);
      await Promise.all(Array.from({ length: 500 }, (_, i) => buckets.take(`subject-${i}`)));
      assert.equal(redis.counts.answered, before + 4);
    });

    test('name nobody, and last not much longer than they count', async () => {
      const clock = createManualClock(0);
      await createRedisRateLimiter({ redis, now: clock.measure })
        .buckets('hold.address', { burst: 10, perSecond: 2 })
        .take('192.0.2.77');
      const keys = (await server.command('keys', '*hold.address*')).split('\n');
      assert.equal(keys.length, 1);
      assert.match(keys[0]!, /^shop:onsale:\{limits\}:hold\.address:[\w-]{22}$/);
      const leftMs = Number(await server.command('pttl', keys[0]!));
      assert(leftMs > 0 && leftMs <= 60_500, `${leftMs} ms`);
    });

    test('are one for all processes, however their clocks differ', async () => {
      const other = await openTestRedis(server.url, { prefix: 'shop:', patienceMs });
      const [early, late] = [createManualClock(0), createManualClock(Date.UTC(2031, 0, 1))];
      late.advance(86_400_000);
      const here = createRedisRateLimiter({ redis, now: createSharedTime(redis, early) });
      const there = createRedisRateLimiter({ redis: other, now: createSharedTime(other, late) });
      assert.equal(await letThrough(here, 'ana', 3), 3);
      assert.equal(await letThrough(there, 'ana', 3), 1);
      assert.equal(await letThrough(here, 'ana', 3), 0);
    });

    test('one time goes on while nobody can be asked, and is asked for anew', async () => {
      const clock = createManualClock(0);
      let answers = 0;
      let isAway = false;
      const asked = {
        async ask<T>(): Promise<T> {
          if (isAway) throw new Error('away');
          answers += 1;
          return ['1000', '500000'] as T;
        },
      };
      const now = createSharedTime(asked, clock);
      assert.equal(await now(), 1_000_500);
      clock.advance(59_999);
      assert.equal(now(), 1_060_499);
      isAway = true;
      clock.advance(1);
      assert.equal(now(), 1_060_500);
      await new Promise(setImmediate);
      isAway = false;
      clock.advance(60_000);
      assert.equal(now(), 1_120_500);
      await new Promise(setImmediate);
      assert.deepEqual([now(), answers], [1_000_500, 2]);
    });
  });

  describe('a cluster', async () => {
    const redis = await openTestRedis((await startCluster()).url, { patienceMs });
    rateLimiterContract((parts) => apart(redis, parts));
  });

  test('a process counts its share by itself while Redis is away, and together with the others again once it is back', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url, { patienceMs });
    const clock = createManualClock(0);
    let processes = 2;
    const limiter = createSharedRateLimiter({
      shared: createRedisRateLimiter({ redis, now: clock.measure }),
      own: createInProcessRateLimiter({ clock }),
      isAway: () => redis.trouble !== null,
      processes: () => processes,
    });
    assert.equal(await letThrough(limiter, 'ana', 3), 3);
    await server.kill();
    assert.equal(await letThrough(limiter, 'eva', 5), 2);
    assert('allowed' in limiter.buckets('few', rule).take('eva'));
    processes = 9;
    assert.equal(await letThrough(limiter, 'ida', 5), 1);
    await limiter.buckets('few', rule).charge('ida');
    await server.restart();
    await until(() => redis.trouble === null);
    // It was emptied.
    assert.equal(await letThrough(limiter, 'ana', 5), 4);
  });
});

describe('rate limits for all processes together, where they can be counted together', () => {
  rateLimiterContract(({ clock }) =>
    createSharedRateLimiter({
      shared: late(createInProcessRateLimiter({ clock })),
      own: { buckets: () => assert.fail('asked') },
      isAway: () => false,
      processes: () => 3,
    }),
  );
});

describe('rate limits that cannot be counted together, in a process that is alone', () => {
  rateLimiterContract(({ clock }) =>
    createSharedRateLimiter({
      shared: {
        buckets: () => ({
          take: () => Promise.reject(new Error('down')),
          charge: () => Promise.reject(new Error('down')),
        }),
      },
      own: createInProcessRateLimiter({ clock }),
      isAway: () => false,
      processes: () => 1,
    }),
  );
});
