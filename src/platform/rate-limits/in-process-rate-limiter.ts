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
  /** When it will be full again, by the clock that nobody sets back. */
  fullAt: number;
}

function createBuckets(clock: Clock, { burst, perSecond }: RateRule, generationMax: number): Buckets {
  const tokenMs = 1_000 / perSecond;
  const fullMs = burst * tokenMs;
  let younger = new Map<string, Bucket>();
  let older = new Map<string, Bucket>();

  /** Has a subject be among the younger from now on; `known`: where it is that already. */
  function keep(subject: string, fullAt: number, known = younger.get(subject)): void {
    if (known) {
      known.fullAt = fullAt;
      return;
    }
    if (younger.size >= generationMax) {
      older = younger;
      younger = new Map();
    }
    younger.set(subject, { fullAt });
  }

  /** For how long the bucket of a subject is not full. */
  function fullIn(subject: string, now: number): number {
    const known = younger.get(subject) ?? older.get(subject);
    return known === undefined || known.fullAt <= now ? 0 : known.fullAt - now;
  }

  function verdict(allowed: boolean, fullInMs: number): Verdict {
    const spareMs = fullMs - fullInMs;
    const remaining = Math.max(0, Math.floor(spareMs / tokenMs + 1e-6));
    return { allowed, limit: burst, remaining, retryAfterMs: remaining > 0 ? 0 : Math.ceil(tokenMs - spareMs - 1e-6) };
  }

  return {
    take(subject) {
      const now = clock.measure();
      const known = younger.get(subject);
      const fullInMs = known ? Math.max(0, known.fullAt - now) : fullIn(subject, now);
      const after = fullInMs + tokenMs;
      // Sums of fractions of a millisecond: a hair above is still within.
      const allowed = after <= fullMs + 1e-6;
      // Whoever is refused stays known, and has nobody forgotten.
      if (allowed || younger.size < generationMax) keep(subject, now + (allowed ? after : fullInMs), known);
      return verdict(allowed, allowed ? after : fullInMs);
    },
    charge(subject) {
      const now = clock.measure();
      keep(subject, now + Math.min(fullIn(subject, now) + tokenMs, 2 * fullMs));
    },
  };
}
