import { redisConnectionString } from './config-connection-strings.ts';
import { readCertificate } from './config-readers.ts';
import { addressWithPassword } from './config-secrets.ts';
import { accept, type Decision, refuse } from './kernel/decision.ts';
import { readRedisAddress } from './kernel/redis-address.ts';
import { Secret } from './kernel/secret.ts';

/** Addresses of Redis, separated by spaces: in production no password in them is an easy one. */
function addressesOfRedis(text: string): string | undefined {
  for (const part of text.trim().split(/\s+/)) {
    const read = readRedisAddress(part);
    if (!read.accepted) continue;
    for (const { username = '', password } of [read.value, read.value.sentinel]) {
      const [user, plain] = [username, password?.reveal() ?? ''].map(encodeURIComponent);
      const wanted = addressWithPassword(`redis://${user}:${plain}@host`);
      if (wanted !== undefined) return wanted;
    }
  }
  return undefined;
}

function readAddresses(countMax: number) {
  return (text: string): Decision<Secret | undefined, string> => {
    const parts = text.trim().split(/\s+/);
    if (parts.length > countMax)
      return refuse(countMax === 1 ? 'must be one address' : `must be ${countMax} addresses at most`);
    const wrong = parts.map(readRedisAddress).find((read) => !read.accepted);
    return wrong && !wrong.accepted ? wrong : accept(new Secret(parts.join(' ')));
  };
}

/** The settings about Redis. Addresses stay texts (`kernel/redis-address.ts` reads them), because they hold passwords. */
export const redisSettings = {
  redisUrl: {
    env: 'REDIS_URL',
    fallback: undefined,
    about:
      'Redis 7 or newer, or Valkey, to share caches, locks and rate limits by: `redis://user:password@host:6379/0`, `rediss://…` by TLS, `redis+sentinel://host:26379,host:26379/master`, `redis+cluster://host:6379,host:6379`. Where it is not set, `ConnectionStrings__Redis` is read (`host:6379,password=…,ssl=true`), or `Redis__Endpoints__0`.',
    secret: addressesOfRedis,
    alias: redisConnectionString,
    read: readAddresses(1),
  },
  redisCacheUrl: {
    env: 'REDIS_CACHE_URL',
    fallback: undefined,
    about: 'Another Redis for what may be evicted at any time (the cache). Left out: that of REDIS_URL.',
    secret: addressesOfRedis,
    read: readAddresses(1),
  },
  redisLockUrls: {
    env: 'REDIS_LOCK_URLS',
    fallback: undefined,
    about:
      'Independent Redis servers for locks (Redlock), 3 or 5 of them separated by spaces: a lock is had once most of them gave it. Left out: that of REDIS_URL.',
    secret: addressesOfRedis,
    read: readAddresses(9),
  },
  redisPrefix: {
    env: 'REDIS_PREFIX',
    fallback: '',
    about: 'What every name in Redis begins with, where several installations share one: `shop:`.',
    read: (text: string): Decision<string, string> =>
      /^[\w.:/-]{0,50}$/.test(text) ? accept(text) : refuse('must be letters, digits and . : / _ -, at most 50'),
  },
  redisCa: {
    env: 'REDIS_CA',
    fallback: undefined,
    about:
      'Certificate of the authority that signs those of Redis, where it is your own: as PEM or the path of a file.',
    read: (text: string): Decision<string | undefined, string> => readCertificate(text),
  },
} as const;
