import assert from 'node:assert/strict';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { changeLimitRules } from '../../src/edges/http/limits/limit-rules.ts';
import { createManualClock } from '../../src/platform/clock/clock.ts';
import { createInProcessRateLimiter } from '../../src/platform/rate-limits/in-process-rate-limiter.ts';
import type { RateLimiter, Verdict } from '../../src/platform/rate-limits/rate-limiter.ts';
import { startTestApp, testStart } from '../support/app.ts';
import { boxOffice } from '../support/box-office.ts';
import { needs } from '../support/needs.ts';

const limitRules = changeLimitRules({
  factor: 1,
  rules: [
    { limitClass: 'read', subject: 'address', rule: { burst: 5, perSecond: 0.001 } },
    { limitClass: 'hold', subject: 'customer', rule: { burst: 2, perSecond: 0.001 } },
  ],
});
const lateMs = 20;

/** A limiter in another process: what it counts is right, and comes later. */
function slow(limiter: RateLimiter, tally: { open: number }): RateLimiter {
  const later = async <T>(work: () => T | Promise<T>): Promise<T> => {
    tally.open += 1;
    await pause(lateMs);
    tally.open -= 1;
    return work();
  };
  return {
    buckets(name, rule) {
      const buckets = limiter.buckets(name, rule);
      return {
        take: (subject) => later(() => buckets.take(subject)),
        charge: (subject) => later(() => buckets.charge(subject)),
      };
    },
  };
}

async function serving(rateLimiter: RateLimiter, clock = createManualClock(testStart)) {
  const testApp = await startTestApp({
    limitRules,
    rateLimiter,
    clock,
    trustedProxies: ['127.0.0.1'],
  });
  const office = boxOffice(testApp);
  const { eventId } = await office.show({ ticketTypes: [{ name: 'Stalls', capacity: 50, price: 0 }] });
  await testApp.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = testApp.app.server.address() as AddressInfo;
  const page = `/api/events/${eventId}/availability`;
  const get = (from: string, path = page) =>
    new Promise<{ status: number; headers: Record<string, unknown> }>((done, failed) => {
      const headers = { 'x-forwarded-for': from };
      request({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
        response.resume().on('end', () => done({ status: response.statusCode!, headers: response.headers }));
      })
        .on('error', failed)
        .end();
    });
  // Asked once, it is prepared.
  await get('192.0.2.200');
  return { ...testApp, office, eventId, get };
}

describe('a limiter that answers later', () => {
  test('limits prepared pages and routes, and leaves nothing open', needs('process'), async () => {
    const tally = { open: 0 };
    const clock = createManualClock(testStart);
    const { get, office, eventId } = await serving(slow(createInProcessRateLimiter({ clock }), tally), clock);
    for (const path of [undefined, '/api/events']) {
      const from = path === undefined ? '192.0.2.1' : '192.0.2.2';
      const answers = [];
      for (let i = 0; i < 7; i++) answers.push(await get(from, path));
      assert.deepEqual(
        answers.map(({ status, headers }) => [status, headers['ratelimit-limit'], headers['ratelimit-remaining']]),
        [...[4, 3, 2, 1, 0].map((left) => [200, '5', String(left)]), [429, '5', '0'], [429, '5', '0']],
      );
    }
    const atOnce = await Promise.all(Array.from({ length: 20 }, () => get('192.0.2.3')));
    assert.equal(atOnce.filter(({ status }) => status === 200).length, 5);
    const first = await office.hold({ eventId, quantity: 1 });
    const guest = office.owner(first);
    const holds = [];
    for (let i = 0; i < 3; i++) holds.push((await office.reserve({ eventId, quantity: 1 }, guest)).status);
    assert.deepEqual(holds, [201, 201, 429]);
    await pause(2 * lateMs);
    assert.equal(tally.open, 0);
  });
});

describe('a limiter that fails', () => {
  const broken: [string, () => Verdict | Promise<Verdict>][] = [
    ['throws', () => assert.fail('down')],
    ['rejects', () => Promise.reject(new Error('down'))],
    ['never answers', () => new Promise<Verdict>(() => {})],
  ];
  for (const [how, take] of broken) {
    test(`lets pages and routes through where it ${how}`, { ...needs('process'), timeout: 20_000 }, async () => {
      const clock = createManualClock(testStart);
      // Whoever waits for a verdict waits for this clock.
      const ticking = setInterval(() => clock.advance(50), 5);
      try {
        const rateLimiter: RateLimiter = { buckets: () => ({ take, charge: () => Promise.reject(new Error('down')) }) };
        const { get, office, eventId } = await serving(rateLimiter, clock);
        for (const path of [undefined, '/api/events']) {
          for (let i = 0; i < 7; i++) {
            const { status, headers } = await get('192.0.2.1', path);
            assert.deepEqual([status, headers['ratelimit-limit']], [200, undefined]);
          }
        }
        assert.equal((await office.reserve({ eventId, quantity: 1 })).status, 201);
      } finally {
        clearInterval(ticking);
      }
    });
  }
});
