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

function createBuckets(clock: Clock, { burst, perSecond }: RateRule, generationMax: number): Buckets {
  const tokenMs = 1_000 / perSecond;
  const fullMs = burst * tokenMs;
  let younger = new Map<string, number>();
  let older = new Map<string, number>();

  /** When the bucket will be full, at least now. A clock that was set back must not lock anybody out for long. */
  function fullAtOf(subject: string, now: number): number {
    const known = younger.get(subject) ?? older.get(subject);
    return known === undefined || known < now ? now : Math.min(known, now + fullMs);
  }

  function remember(subject: string, fullAt: number): void {
    if (younger.size >= generationMax && !younger.has(subject)) {
      older = younger;
      younger = new Map();
    }
    younger.set(subject, fullAt);
  }

  function verdict(allowed: boolean, fullInMs: number): Verdict {
    const spareMs = fullMs - fullInMs;
    const remaining = Math.max(0, Math.floor(spareMs / tokenMs + 1e-6));
    return { allowed, limit: burst, remaining, retryAfterMs: remaining > 0 ? 0 : Math.ceil(tokenMs - spareMs - 1e-6) };
  }

  return {
    take(subject) {
      const now = clock.now();
      const fullInMs = fullAtOf(subject, now) - now;
      const after = fullInMs + tokenMs;
      // Sums of fractions of a millisecond: a hair above is still within.
      if (after > fullMs + 1e-6) {
        // Who is refused must not be forgotten before others are.
        if (!younger.has(subject)) remember(subject, now + fullInMs);
        return verdict(false, fullInMs);
      }
      remember(subject, now + after);
      return verdict(true, after);
    },
    look(subject) {
      const now = clock.now();
      const fullInMs = fullAtOf(subject, now) - now;
      return verdict(fullInMs + tokenMs <= fullMs + 1e-6, fullInMs);
    },
  };
}
