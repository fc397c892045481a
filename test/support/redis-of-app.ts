import { after } from 'node:test';
import { openRedisServers, type RedisServers } from '../../src/compose/redis.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';

/** The Redis of an app under test, as a server opens it; closed after the tests of the file. */
export async function openRedisOfApp(url: string, prefix = ''): Promise<RedisServers> {
  const servers = await openRedisServers(
    { url: new Secret(url), cacheUrl: undefined, lockUrls: undefined, prefix, ca: undefined },
    { clock: systemClock, onNotice: () => {} },
  );
  after(() => servers.close());
  return servers;
}
