import { randomInt, randomUUID } from 'node:crypto';
import { systemRandom } from '../kernel/ids.ts';
import { type RedisAddress, readRedisAddress } from '../kernel/redis-address.ts';
import type { Secret } from '../kernel/secret.ts';
import type { Cache } from '../platform/cache/cache.ts';
import { createInProcessCache } from '../platform/cache/in-process-cache.ts';
import { createRedisCache } from '../platform/cache/redis-cache.ts';
import type { Clock } from '../platform/clock/clock.ts';
import type { DenyList } from '../platform/deny-list/deny-list.ts';
import { createInProcessDenyList } from '../platform/deny-list/in-process-deny-list.ts';
import { createRedisDenyList } from '../platform/deny-list/redis-deny-list.ts';
import { createInProcessLocks } from '../platform/locks/in-process-locks.ts';
import type { Locks, OnLock } from '../platform/locks/locks.ts';
import { createRedlock } from '../platform/locks/redlock.ts';
import { createInProcessRateLimiter } from '../platform/rate-limits/in-process-rate-limiter.ts';
import type { RateLimiter } from '../platform/rate-limits/rate-limiter.ts';
import { createRedisRateLimiter } from '../platform/rate-limits/redis-rate-limiter.ts';
import { createSharedRateLimiter } from '../platform/rate-limits/shared-rate-limiter.ts';
import { openRedis, type Redis } from '../platform/redis/redis.ts';
import { createSharedTime } from '../platform/redis/shared-time.ts';
import { StartRefused } from '../platform/start-refused.ts';

/** The Redis servers that a process uses. */
export interface RedisServers {
  /** What is shared and should not be evicted; null: there is none. */
  readonly shared: Redis | null;
  /** What may be evicted at any time. */
  readonly cache: Redis | null;
  /** Where locks are taken, independent of each other. */
  readonly locks: readonly Redis[];
  /** Each once, whatever it is for. */
  readonly all: readonly Redis[];
  /** What is wrong with any of them, in words. */
  degraded(): string[];
  close(): void;
}

/** A process without Redis. */
export const noRedis = serversOf(null, null, []);

/** The addresses that are set, with what they share. */
export interface RedisWish {
  readonly url: Secret | undefined;
  readonly cacheUrl: Secret | undefined;
  readonly lockUrls: Secret | undefined;
  readonly prefix: string;
  readonly ca: string | undefined;
}

/**
 * Connects to every Redis that is set, whether it is there or away for now. Throws StartRefused if one is none that Onsale can work with;
 * the others are closed then.
 */
export async function openRedisServers(
  { url, cacheUrl, lockUrls, prefix, ca }: RedisWish,
  reports: {
    readonly clock: Clock;
    readonly onNotice: (sentence: string) => void;
    /** A fault of ours in what is asked of a Redis. */
    readonly onFault: (error: Error) => void;
  },
): Promise<RedisServers> {
  const common = { prefix, ca, processId: randomUUID(), chance, ...reports };
  const opened: Redis[] = [];
  async function open(name: string, address: RedisAddress, setting: string): Promise<Redis> {
    const redis = await openRedis({ ...common, name, address, setting });
    opened.push(redis);
    return redis;
  }
  const [address, cacheAddress, lockAddresses] = [url, cacheUrl, lockUrls].map(addressesIn);
  try {
    // At once: one that does not answer is waited for some seconds.
    const wished = [
      ...address!.map((one) => open('redis', one, 'REDIS_URL')),
      ...cacheAddress!.map((one) => open('redis cache', one, 'REDIS_CACHE_URL')),
      ...lockAddresses!.map((one, i) => open(`redis locks ${i + 1}`, one, 'REDIS_LOCK_URLS')),
    ];
    await Promise.allSettled(wished);
    const all = await Promise.all(wished);
    const shared = address![0] ? all[0]! : null;
    const cache = cacheAddress![0] ? all[address!.length]! : shared;
    const locks = all.slice(address!.length + cacheAddress!.length);
    return serversOf(shared, cache, locks.length > 0 ? locks : shared ? [shared] : []);
  } catch (error) {
    for (const redis of opened) redis.close();
    throw error;
  }
}

/**
 * Writes at each Redis which installation uses its names. Throws StartRefused if another one does; where it is away now, this is found out
 * once it is back, and it is not used then.
 */
export async function claimForInstallation({ all }: RedisServers, installation: string): Promise<void> {
  for (const redis of all) {
    const key = redis.key('onsale:installation');
    const reason = await redis.admit(async (ask) => {
      const found = await ask((client) => client.set(key, installation, 'NX', 'GET'));
      if (found === null || found === installation) return null;
      return `Another installation of Onsale uses the same names in ${redis.place}: give this one a REDIS_PREFIX of its own, or delete ${key} there if the other one is gone.`;
    });
    if (reason !== null) throw new StartRefused(reason);
  }
}

/** From 0 to 1, anew each time. */
const chance = () => randomInt(1_000) / 1_000;

/** The locks that these servers allow: in Redis, so that other processes and services can see them, or in this process alone. */
export function chooseLocks(
  { locks: nodes }: RedisServers,
  { clock, onLock }: { readonly clock: Clock; readonly onLock: OnLock },
): Locks {
  if (nodes.length === 0) return createInProcessLocks({ clock, onLock });
  return createRedlock({ nodes, clock, onLock, random: systemRandom, chance });
}

/** What is denied in all processes, or in this one alone. */
export function chooseDenyList({ shared: redis }: RedisServers, { clock }: { readonly clock: Clock }): DenyList {
  return redis ? createRedisDenyList({ redis }) : createInProcessDenyList({ clock });
}

/** Where these servers allow to count how often anybody asks: for all processes together, or in this one alone. */
export function chooseRateLimiter(
  { shared: redis }: RedisServers,
  { clock, processes }: { readonly clock: Clock; readonly processes: () => number },
): RateLimiter {
  const own = createInProcessRateLimiter({ clock });
  if (redis === null) return own;
  const shared = createRedisRateLimiter({ redis, now: createSharedTime(redis, clock) });
  return createSharedRateLimiter({ shared, own, isAway: () => redis.trouble !== null, processes });
}

/** The settings refuse what is no address. */
function addressesIn(text: Secret | undefined): RedisAddress[] {
  return (text?.reveal().split(' ') ?? []).flatMap((part) => {
    const read = readRedisAddress(part);
    return read.accepted ? [read.value] : [];
  });
}

function serversOf(shared: Redis | null, cache: Redis | null, locks: readonly Redis[]): RedisServers {
  const all = [...new Set([shared, cache, ...locks])].filter((redis) => redis !== null);
  return {
    shared,
    cache,
    locks,
    all,
    degraded: () => all.flatMap(({ name, trouble }) => (trouble ? [`${name}: ${trouble}`] : [])),
    close() {
      for (const redis of all) redis.close();
    },
  };
}

/** What is read often is kept in Redis where there is one, else in this process. */
export function chooseCache({ cache: redis }: RedisServers, clock: Clock): Cache {
  return redis ? createRedisCache({ redis, clock, random: systemRandom }) : createInProcessCache({ clock });
}
