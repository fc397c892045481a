import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { openTestRedis } from '../../../test/support/open-test-redis.ts';
import {
  type RedisServer,
  startCluster,
  startRedis,
  until,
  withoutRedis,
} from '../../../test/support/redis-servers.ts';
import { systemRandom } from '../../kernel/ids.ts';
import { createManualClock, systemClock } from '../clock/clock.ts';
import type { Redis } from '../redis/redis.ts';
import { cacheContract } from './cache.contract.ts';
import { createInProcessCache } from './in-process-cache.ts';
import { createRedisCache } from './redis-cache.ts';

describe('a cache in this process', () => {
  cacheContract(async () => {
    const clock = createManualClock(0);
    return { cache: createInProcessCache({ clock }), passMs: (ms) => clock.advance(ms) };
  });

  test('holds so much and no more; what is read stays', async () => {
    const cache = createInProcessCache({ clock: createManualClock(0) }, { charactersMax: 1_000 });
    const counts = { hit: 0, missed: 0 };
    const values = cache.values<string>({ keptMs: 60_000, counts });
    const load = (text: string) => async () => text;
    const text = 'x'.repeat(98);
    await values.read('often', load(text));
    for (let i = 0; i < 1_000; i++) {
      await values.read(`rare-${i}`, load(text));
      await values.read('often', () => assert.fail('it was read just now'));
    }
    counts.hit = 0;
    for (let i = 0; i < 1_000; i++) await values.read(`rare-${i}`, load(text));
    assert.equal(counts.hit, 0, 'whoever was pushed out is gone');
    for (let i = 999; i > 990; i--) await values.read(`rare-${i}`, () => assert.fail(`rare-${i} is of the last ten`));
  });
});

/** So patient that no test depends on how fast this machine is. */
const patient = { patienceMs: 20_000, looksAfterMs: [5, 10, 20, 40, 80] };

function cacheOn(redis: Redis, waits: typeof patient = patient) {
  const counts = { hit: 0, missed: 0 };
  const cache = createRedisCache({ redis, clock: systemClock, random: systemRandom }, waits);
  return { cache, counts, values: cache.values<string>({ keptMs: 60_000, counts }) };
}

/** All that lies there with a time has so much less of it: so no test waits, and none is late. */
async function passInRedis({ command }: RedisServer, ms: number): Promise<void> {
  const script = `for _, key in ipairs(redis.call('KEYS', '*')) do
    local left = redis.call('PTTL', key)
    if left > 0 then redis.call('PEXPIRE', key, left - ARGV[1]) end
  end`;
  await command('eval', script, '0', String(ms));
}

describe('a cache in Redis', { skip: withoutRedis }, () => {
  let server: RedisServer;
  before(async () => {
    server = await startRedis();
  });

  cacheContract(async () => {
    const { cache } = cacheOn(await openTestRedis(server.url, { prefix: 'shop:', patienceMs: 20_000 }));
    return {
      cache,
      passMs: (ms) => passInRedis(server, ms),
    };
  });

  test('lies there under the name as it is, as JSON, with its time', async () => {
    const { values } = cacheOn(await openTestRedis(server.url, { prefix: 'shop:', patienceMs: 20_000 }));
    await values.read('event:42', async () => 'as JSON');
    await until(async () => (await server.command('get', 'shop:event:42')) === '"as JSON"');
    const leftMs = Number(await server.command('pttl', 'shop:event:42'));
    assert(leftMs > 0 && leftMs <= 60_000, `${leftMs}`);
    await server.command('del', 'shop:event:42');
    assert.equal(await values.read('event:42', async () => 'anew'), 'anew', 'others may forget it, too');
  });

  test('what one process has kept another reads; what one forgets no other keeps that had begun to load it', async () => {
    const [here, there] = [
      cacheOn(await openTestRedis(server.url, { patienceMs: 20_000 })),
      cacheOn(await openTestRedis(server.url, { patienceMs: 20_000 })),
    ];
    await here.values.read('event:1', async () => 'old');
    await until(async () => (await server.command('get', 'event:1')) === '"old"');
    assert.equal(await there.values.read('event:1', () => assert.fail('it is there')), 'old');
    const { promise, resolve } = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const slow = there.values.read('event:2', () => {
      begun.resolve();
      return promise;
    });
    await begun.promise;
    await here.values.forget(['event:1', 'event:2']);
    resolve('old');
    assert.equal(await slow, 'old');
    assert.equal(await there.values.read('event:1', async () => 'new'), 'new');
    assert.equal(await here.values.read('event:2', async () => 'new'), 'new');
  });

  test('what another process loads is waited for a moment, then loaded here; a load that fails claims nothing', async () => {
    const here = cacheOn(await openTestRedis(server.url, { patienceMs: 20_000 }));
    const elsewhere = await openTestRedis(server.url, { patienceMs: 20_000 });
    const there = cacheOn(elsewhere);
    const patiently = cacheOn(elsewhere, { ...patient, looksAfterMs: Array<number>(500).fill(40) });
    const { promise, resolve } = Promise.withResolvers<string>();
    const begun = Promise.withResolvers<void>();
    const slow = here.values.read('event:3', () => {
      begun.resolve();
      return promise;
    });
    await begun.promise;
    assert.equal(await there.values.read('event:3', async () => 'mine'), 'mine');
    const waiting = patiently.values.read('event:3', () => assert.fail('the other answers in time'));
    resolve('yours');
    assert.deepEqual([await slow, await waiting], ['yours', 'yours']);
    await assert.rejects(here.values.read('event:4', async () => assert.fail('the database is away')));
    await there.values.read('event:4', async () => 'loaded');
    await until(async () => (await server.command('get', 'event:4')) === '"loaded"');
  });

  test('what is no value of ours is left alone', async () => {
    const { values } = cacheOn(await openTestRedis(server.url, { patienceMs: 20_000 }));
    await server.command('set', 'event:5', 'not JSON');
    await server.command('lpush', 'event:6', 'a');
    assert.equal(await values.read('event:5', async () => 'loaded'), 'loaded');
    assert.equal(await values.read('event:6', async () => 'loaded'), 'loaded');
  });
});

describe('a cache in a Redis in trouble', { skip: withoutRedis, concurrency: true }, () => {
  const quick = { ...patient, patienceMs: 20 };

  test('misses while it is gone, and what was forgotten meanwhile is gone when it is back', async () => {
    const server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
    const redis = await openTestRedis(server.url);
    const { values } = cacheOn(redis);
    await values.read('event:1', async () => 'old');
    await until(async () => (await server.command('get', 'event:1')) === '"old"');
    await server.kill();
    await until(() => redis.trouble !== null);
    assert.equal(await values.read('event:1', async () => 'from the database'), 'from the database');
    await values.forget(['event:1']);
    await server.restart();
    assert.equal(await server.command('get', 'event:1'), '"old"', 'it was on its disk');
    await until(() => redis.trouble === null);
    assert.equal(await values.read('event:1', async () => 'new'), 'new');
  });

  test('asks one that hangs once, and waits for it once', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url);
    const { values } = cacheOn(redis, quick);
    server.pause();
    const loads: string[] = [];
    for (let i = 0; i < 50; i++) await values.read(`event:${i}`, async () => String(loads.push(`event:${i}`)));
    assert.equal(loads.length, 50);
    const { answered, failed, late, untried } = redis.counts;
    assert(failed + late <= 1 && answered <= 1, JSON.stringify({ answered, failed, late, untried }));
    server.resume();
    await until(() => redis.trouble === null);
    await until(async () => {
      await values.read('event:1', async () => 'kept');
      return (await server.command('get', 'event:1')) === '"kept"';
    });
  });

  test('of one that is full it reads what lies there, and does not read what it could not forget where nothing can be written', async () => {
    const server = await startRedis();
    const redis = await openTestRedis(server.url);
    const { values } = cacheOn(redis);
    await values.read('event:1', async () => 'kept');
    await until(async () => (await server.command('get', 'event:1')) === '"kept"');
    await server.command('config', 'set', 'maxmemory', '1');
    await until(() => redis.trouble === 'full');
    assert.equal(await values.read('event:1', () => assert.fail('it can be read')), 'kept');
    assert.equal(await values.read('event:2', async () => 'loaded'), 'loaded');
    await values.forget(['event:1']);
    assert.equal(await values.read('event:1', async () => 'new'), 'new');
    await server.command('config', 'set', 'maxmemory', '0');
    await until(() => redis.trouble === null);
    await server.command('set', 'event:3', '"old"');
    await server.command('config', 'set', 'min-replicas-to-write', '1');
    await until(() => redis.trouble === 'read-only');
    assert.equal(await values.read('event:3', () => assert.fail('it can be read')), 'old');
    await values.forget(['event:3']);
    assert.equal(await values.read('event:3', async () => 'new'), 'new');
    await server.command('config', 'set', 'min-replicas-to-write', '0');
    await until(async () => (await server.command('exists', 'event:3')) === '0');
  });

  test('works in a cluster, where names lie on several nodes', async () => {
    const { url, nodes } = await startCluster();
    const { values } = cacheOn(await openTestRedis(url, { prefix: 'shop:', patienceMs: 20_000 }));
    const names = Array.from({ length: 30 }, (_, i) => `event:${i}`);
    for (const name of names) await values.read(name, async () => name);
    const keys = async () => (await Promise.all(nodes.map((node) => node.command('dbsize')))).map(Number);
    await until(async () => (await keys()).every((count) => count > 0));
    for (const name of names) assert.equal(await values.read(name, () => assert.fail(name)), name);
    await values.forget(names);
    for (const name of names) assert.equal(await values.read(name, async () => 'new'), 'new');
  });
});
