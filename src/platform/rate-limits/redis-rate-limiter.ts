import { hash } from 'node:crypto';
import { type Redis, redisScript } from '../redis/redis.ts';
import type { RateLimiter, RateRule, Verdict } from './rate-limiter.ts';

/**
 * Takes or charges a token of each bucket, one after the other. Arguments: now; for each key whether it is charged (1) or asked (0), the
 * milliseconds of a token and of a full bucket. A bucket is one number, as in the process: when it will be full again. Answers for each
 * whether it was let through, and in how many milliseconds its bucket is full. The keys last a minute longer than they count, so that the
 * server's own clock decides nothing.
 */
const takeTokens = redisScript(`
local now, answers = tonumber(ARGV[1]), {}
for i, key in ipairs(KEYS) do
  local at = 3 * i - 1
  local token, full = tonumber(ARGV[at + 1]), tonumber(ARGV[at + 2])
  local fullIn = math.min(math.max(0, tonumber(redis.call('GET', key) or 0) - now), 2 * full)
  local after, allowed = fullIn + token, 1
  if ARGV[at] == '1' then after = math.min(after, 2 * full) elseif after > full + 1e-6 then after, allowed = fullIn, 0 end
  if allowed == 1 then redis.call('SET', key, string.format('%.17g', now + after), 'PX', math.ceil(after) + 60000) end
  answers[2 * i - 1], answers[2 * i] = allowed, string.format('%.17g', after)
end
return answers`);

/** So many buckets are asked by one command. */
const batchMax = 200;

interface Wish {
  readonly key: string;
  readonly isCharge: boolean;
  readonly tokenMs: number;
  readonly fullMs: number;
  readonly answer: (said: { readonly allowed: boolean; readonly fullInMs: number }) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * Token buckets in Redis, for all processes together. All that is asked in one turn of the event loop goes in one command; the keys
 * lie on one node of a cluster, so that it can. Whom they are about cannot be read from them. Verdicts are rejected as `Redis.ask` does.
 */
export function createRedisRateLimiter({
  redis,
  now,
}: {
  readonly redis: Pick<Redis, 'run'>;
  /** One time for all processes, in milliseconds: shared-time.ts. */
  readonly now: () => number | Promise<number>;
}): RateLimiter {
  let waiting: Wish[] = [];

  function ask(wish: Wish): void {
    if (waiting.length === 0) setImmediate(send);
    waiting.push(wish);
    if (waiting.length === batchMax) send();
  }

  function send(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) void decide(batch);
  }

  async function decide(batch: readonly Wish[]): Promise<void> {
    try {
      const args = batch.flatMap(({ isCharge, tokenMs, fullMs }) => [isCharge ? 1 : 0, tokenMs, fullMs]);
      const names = batch.map(({ key }) => key);
      const said = (await redis.run(takeTokens, names, [await now(), ...args])) as readonly (string | number)[];
      for (const [i, { answer }] of batch.entries()) {
        answer({ allowed: said[2 * i] === 1, fullInMs: Number(said[2 * i + 1]) });
      }
    } catch (error) {
      for (const { fail } of batch) fail(error);
    }
  }

  return {
    buckets(name, { burst, perSecond }: RateRule) {
      const tokenMs = 1_000 / perSecond;
      const fullMs = burst * tokenMs;
      const wish = (subject: string, isCharge: boolean) =>
        new Promise<{ allowed: boolean; fullInMs: number }>((answer, fail) => {
          const who = hash('sha256', `${name} ${subject}`, 'base64url').slice(0, 22);
          ask({ key: `onsale:{limits}:${name}:${who}`, isCharge, tokenMs, fullMs, answer, fail });
        });
      return {
        async take(subject): Promise<Verdict> {
          const { allowed, fullInMs } = await wish(subject, false);
          const spareMs = fullMs - fullInMs;
          const remaining = Math.max(0, Math.floor(spareMs / tokenMs + 1e-6));
          const retryAfterMs = remaining > 0 ? 0 : Math.ceil(tokenMs - spareMs - 1e-6);
          return { allowed, limit: burst, remaining, retryAfterMs };
        },
        async charge(subject) {
          await wish(subject, true);
        },
      };
    },
  };
}
