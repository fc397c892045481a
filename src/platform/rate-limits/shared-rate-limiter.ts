import type { Buckets, RateLimiter, RateRule } from './rate-limiter.ts';

/**
 * Limits for all processes together as long as they can be counted together, and else for each process its share of them: all
 * shares are together what is allowed to one, and who is let through by one process finds an even part of it there.
 */
export function createSharedRateLimiter({
  shared,
  own,
  isAway,
  processes,
}: {
  /** Counts for all; it may fail. */
  readonly shared: RateLimiter;
  /** Counts in this process. */
  readonly own: RateLimiter;
  /** Whether it is known that `shared` would fail: then it is not asked. */
  readonly isAway: () => boolean;
  /** How many processes share the limits at this moment, this one among them. */
  readonly processes: () => number;
}): RateLimiter {
  return {
    buckets(name, rule) {
      const together = shared.buckets(name, rule);
      let count = 0;
      let share: Buckets | undefined;
      /** Where another number of processes lives, their shares begin anew. */
      function myShare(): Buckets {
        const living = Math.max(1, processes());
        if (share === undefined || living !== count) share = own.buckets(name, shareOf(rule, living));
        count = living;
        return share;
      }
      return {
        take(subject) {
          if (isAway()) return myShare().take(subject);
          const verdict = together.take(subject);
          return 'then' in verdict ? verdict.catch(() => myShare().take(subject)) : verdict;
        },
        charge(subject) {
          if (isAway()) return myShare().charge(subject);
          return together.charge(subject)?.catch(() => myShare().charge(subject));
        },
      };
    },
  };
}

function shareOf({ burst, perSecond }: RateRule, processes: number): RateRule {
  return { burst: Math.max(1, Math.floor(burst / processes)), perSecond: perSecond / processes };
}
