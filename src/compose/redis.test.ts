import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { throwLater } from '../../test/support/open-test-redis.ts';
import { startRedis, until, withoutRedis } from '../../test/support/redis-servers.ts';
import { Secret } from '../kernel/secret.ts';
import { systemClock } from '../platform/clock/clock.ts';
import { claimForInstallation, openRedisServers } from './redis.ts';

/** The servers of a process, as it is set. */
async function open(urls: { url?: string; cacheUrl?: string; lockUrls?: string }, prefix = '', notices: string[] = []) {
  const secret = (text: string | undefined) => (text === undefined ? undefined : new Secret(text));
  const servers = await openRedisServers(
    { url: secret(urls.url), cacheUrl: secret(urls.cacheUrl), lockUrls: secret(urls.lockUrls), prefix, ca: undefined },
    { clock: systemClock, onNotice: (sentence) => notices.push(sentence), onFault: throwLater },
  );
  after(() => servers.close());
  return servers;
}

describe('several installations', { skip: withoutRedis }, () => {
  test('that use the same names in one Redis are noticed at the start, in one line that names the setting', async () => {
    const server = await startRedis();
    await claimForInstallation(await open({ url: server.url }), 'one');
    await claimForInstallation(await open({ url: server.url }), 'one');
    assert.equal(await server.command('get', 'onsale:installation'), 'one');
    const notices: string[] = [];
    await assert.rejects(
      claimForInstallation(await open({ url: server.url }, '', notices), 'another'),
      (error: Error) => {
        assert.equal(error.name, 'StartRefused');
        assert.match(error.message, /^Another installation .* Redis at 127\.0\.0\.1:\d+ \(REDIS_URL\): .*REDIS_PREFIX/);
        return !error.message.includes('\n');
      },
    );
    assert.deepEqual(notices, []);
    await claimForInstallation(await open({ url: server.url }, 'shop:'), 'another');
    assert.equal(await server.command('get', 'shop:onsale:installation'), 'another');
  });

  test('are noticed at each server that is set, and each is asked for once', async () => {
    const [shared, lock] = [await startRedis(), await startRedis()];
    const servers = await open({ url: shared.url, cacheUrl: lock.url, lockUrls: `${lock.url} ${shared.url}` });
    assert.deepEqual(
      servers.all.map(({ name }) => name),
      ['redis', 'redis cache', 'redis locks 1', 'redis locks 2'],
    );
    await lock.command('set', 'onsale:installation', 'another');
    await assert.rejects(claimForInstallation(servers, 'one'), /\(REDIS_CACHE_URL\)/);
  });

  test('one that finds another once its Redis is back does not use it', async () => {
    const server = await startRedis();
    await server.kill();
    const notices: string[] = [];
    const servers = await open({ url: server.url }, '', notices);
    await claimForInstallation(servers, 'one');
    assert.deepEqual(servers.degraded(), ['redis: unreachable']);
    await server.restart();
    await until(() => servers.shared!.trouble === null);
    assert.equal(await server.command('get', 'onsale:installation'), 'one');
    // Emptied, and another comes first.
    await server.command(
      'eval',
      "redis.call('FLUSHALL') return redis.call('SET', 'onsale:installation', 'another')",
      '0',
    );
    await until(() => servers.shared!.trouble === 'unfit');
    assert.deepEqual(servers.degraded(), ['redis: unfit']);
    assert.match(notices.at(-1)!, /^Another installation .*REDIS_PREFIX/);
    await server.command('del', 'onsale:installation');
    await until(() => servers.shared!.trouble === null);
  });
});
