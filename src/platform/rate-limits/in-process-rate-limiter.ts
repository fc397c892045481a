import type { Clock } from '../clock/clock.ts';
import type { Buckets, RateLimiter, RateRule, Verdict } from './rate-limiter.ts';

/** Subjects remembered per rule, in two halves: the younger is full, so the older is forgotten. */
const subjectsMax = 100_000;

/**
 * Token buckets in this process. A bucket is one number: when it will be full again (the generic cell rate algorithm,
 * ITU-T I.371, which decides as a token bucket does). A subject that is forgotten starts with a full bucket.
 */
export function createInProcessRateLimiter(
  { clock }: { readonly clock: Clock },
  options: { readonly subjectsMax?: number } = {},
): RateLimiter {
  return { buckets: (_name, rule) => createBuckets(clock, rule, (options.subjectsMax ?? subjectsMax) / 2) };
}

interface Bucket {
  /** When it will be full again, in milliseconds since we began. */
  fullAt: number;
}

function createBuckets(clock: Clock, { burst, perSecond }: RateRule, generationMax: number): Buckets {
  const tokenMs = 1_000 / perSecond;
  const fullMs = burst * tokenMs;
  // Times since then are small numbers: fractions of a millisecond are exact enough.
  const epoch = clock.now();
  let younger = new Map<string, Bucket>();
  let older = new Map<string, Bucket>();

  /** The bucket of a subject, which is from now on among the younger. */
  function bucketOf(subject: string): Bucket {
    let bucket = younger.get(subject);
    if (bucket) return bucket;
    bucket = older.get(subject) ?? { fullAt: Number.NEGATIVE_INFINITY };
    if (younger.size >= generationMax) {
      older = younger;
      younger = new Map();
    }
    younger.set(subject, bucket);
    return bucket;
  }

  /** For how long the bucket is not full. A clock that was set back must not lock anybody out for long. */
  function fullIn(fullAt: number, now: number): number {
    return fullAt <= now ? 0 : Math.min(fullAt - now, fullMs);
  }

  function verdict(allowed: boolean, fullInMs: number): Verdict {
    const spareMs = fullMs - fullInMs;
    const remaining = Math.max(0, Math.floor(spareMs / tokenMs + 1e-6));
    return { allowed, limit: burst, remaining, retryAfterMs: remaining > 0 ? 0 : Math.ceil(tokenMs - spareMs - 1e-6) };
  }

  return {
    take(subject) {
      const now = clock.now() - epoch;
      const bucket = bucketOf(subject);
      const fullInMs = fullIn(bucket.fullAt, now);
      const after = fullInMs + tokenMs;
      // Sums of fractions of a millisecond: a hair above is still within.
      if (after > fullMs + 1e-6) return verdict(false, fullInMs);
      bucket.fullAt = now + after;
      return verdict(true, after);
    },
    look(subject) {
      const known = younger.get(subject) ?? older.get(subject);
      const fullInMs = known ? fullIn(known.fullAt, clock.now() - epoch) : 0;
      return verdict(fullInMs + tokenMs <= fullMs + 1e-6, fullInMs);
    },
  };
}
