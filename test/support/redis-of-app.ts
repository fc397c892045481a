import { after } from 'node:test';
import { openRedisServers, type RedisServers } from '../../src/compose/redis.ts';
import { Secret } from '../../src/kernel/secret.ts';
import { type Clock, systemClock } from '../../src/platform/clock/clock.ts';
import { startTestApp } from './app.ts';
import { throwLater } from './open-test-redis.ts';
import { startRedis } from './redis-servers.ts';

/** That of `platform/redis/redis.ts`: its other waits are a second and more. */
const patienceMs = 250;

/** Whoever asks Redis by it waits long enough for a loaded machine; what hangs is noticed by its silence. */
const patientClock: Clock = {
  ...systemClock,
  after: (ms, task) => systemClock.after(ms === patienceMs ? 15_000 : ms, task),
};

/** The Redis of an app under test, as a server opens it; closed after the tests of the file. */
export async function openRedisOfApp(url: string, prefix = ''): Promise<RedisServers> {
  const servers = await openRedisServers(
    { url: new Secret(url), cacheUrl: undefined, lockUrls: undefined, prefix, ca: undefined },
    { clock: patientClock, onNotice: () => {}, onFault: throwLater },
  );
  after(() => servers.close());
  return servers;
}

/** Two processes on one database and one Redis, which hear of each other by nothing else. */
export async function twoProcessesOnRedis() {
  const server = await startRedis();
  const here = await startTestApp({ redis: await openRedisOfApp(server.url, 'shop:') });
  const { database } = here;
  const there = await startTestApp({ redis: await openRedisOfApp(server.url, 'shop:'), database });
  return { server, here, there };
}
