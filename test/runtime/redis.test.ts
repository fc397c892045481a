import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { freshDataDir, type OnsaleServer, serveOnsale } from '../support/onsale-process.ts';
import { startRedis, until, withoutRedis } from '../support/redis-servers.ts';

/** What an operator hears of its health. */
async function health({ url }: OnsaleServer, path = '/health/ready') {
  const answer = await fetch(url + path);
  const { degraded } = (await answer.json()) as { degraded: string[] };
  return { status: answer.status, degraded };
}

describe('a server with a Redis', { skip: withoutRedis }, () => {
  test('is ready without it, says so, and needs no restart when it is back', async () => {
    const redis = await startRedis();
    const dataDir = await freshDataDir();
    const server = await serveOnsale(dataDir, { args: ['--no-demo', '--redis-url', redis.url] });
    assert.deepEqual(await health(server), { status: 200, degraded: [] });
    const latencies = async () =>
      ((await (await fetch(`${server.url}/health`)).json()) as { latencyMs: Record<string, number | null> }).latencyMs;
    const found = await latencies();
    assert.deepEqual(Object.keys(found), ['postgres', 'redis']);
    for (const [name, ms] of Object.entries(found)) assert.ok(ms !== null && ms > 0 && ms < 1_500, `${name}: ${ms}`);
    await redis.kill();
    await until(async () => (await health(server)).degraded.length === 1);
    for (const path of ['/health', '/health/ready']) {
      assert.deepEqual(await health(server, path), { status: 200, degraded: ['redis: unreachable'] });
    }
    assert.equal((await latencies()).redis, null);
    const ownerKey = (await readFile(join(dataDir, 'owner.key'), 'utf8')).trim();
    const metrics = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${ownerKey}` } });
    assert.match(await metrics.text(), /^onsale_redis_up\{redis="redis"\} 0$/m);
    await redis.restart();
    await until(async () => (await health(server)).degraded.length === 0);
    assert.match(server.stderr(), /cannot be reached.*works again/s);
    assert.equal(await server.stop(), 0);
    // Away when it starts: sales go on, and it is used once it is there.
    await redis.kill();
    const again = await serveOnsale(dataDir, { args: ['--no-demo', '--redis-url', redis.url] });
    assert.deepEqual(await health(again), { status: 200, degraded: ['redis: unreachable'] });
    await redis.restart();
    await until(async () => (await health(again)).degraded.length === 0);
    assert.match(await redis.command('get', 'onsale:installation'), /^[0-9a-f]{32}$/);
    assert.equal(await again.stop(), 0);
  });
});
