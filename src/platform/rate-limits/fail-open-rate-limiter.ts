import type { Clock } from '../clock/clock.ts';
import type { Buckets, RateLimiter, Verdict } from './rate-limiter.ts';

/** Who asks waits no longer for a verdict: limits protect answers, and must not hold them up. */
const patienceMs = 250;
/** A limiter that fails does so for every request: it is reported so often. */
const reportEveryMs = 10_000;

/** Let through uncounted: no limit is known. */
const uncounted: Verdict = { allowed: true, limit: 0, remaining: 0, retryAfterMs: 0 };

/**
 * A limiter that never fails and never keeps anybody waiting: what the one behind it cannot decide (it throws, its promise is
 * rejected, or comes too late) is let through, and reported now and then. Refusing instead would make an outage of the limiter one
 * of the sale. What it decides at once is passed on at once, without a promise.
 */
export function createFailOpenRateLimiter({
  limiter,
  clock,
  onFailure,
}: {
  readonly limiter: RateLimiter;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}): RateLimiter {
  let reportedAt = Number.NEGATIVE_INFINITY;

  function report(error: unknown): void {
    const now = clock.measure();
    if (now - reportedAt < reportEveryMs) return;
    reportedAt = now;
    onFailure(error);
  }

  function letThrough(error: unknown): Verdict {
    report(error);
    return uncounted;
  }

  function within(late: Promise<Verdict>): Promise<Verdict> {
    return new Promise((answer) => {
      const cancel = clock.after(patienceMs, () => answer(letThrough(new Error(`No verdict within ${patienceMs} ms`))));
      const end = (verdict: Verdict) => {
        cancel();
        answer(verdict);
      };
      late.then(end, (error) => end(letThrough(error)));
    });
  }

  function wrap(buckets: Buckets): Buckets {
    return {
      take(subject) {
        try {
          const verdict = buckets.take(subject);
          return 'then' in verdict ? within(verdict) : verdict;
        } catch (error) {
          return letThrough(error);
        }
      },
      charge(subject) {
        try {
          return buckets.charge(subject)?.catch(report);
        } catch (error) {
          report(error);
        }
      },
    };
  }

  return { buckets: (name, rule) => wrap(limiter.buckets(name, rule)) };
}
