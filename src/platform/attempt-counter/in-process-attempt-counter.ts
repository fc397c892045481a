import { AttemptTallies } from '../../kernel/attempt-tallies.ts';
import type { Clock } from '../clock/clock.ts';
import type { AttemptCounter } from './attempt-counter.ts';

/**
 * Counts in this process, by its monotonic clock: whoever sets the time of day locks nobody out and gives nobody more.
 */
export function createInProcessAttemptCounter({ clock }: { readonly clock: Clock }): AttemptCounter {
  return {
    attempts(_name, limits) {
      const tallies = new AttemptTallies(limits);
      return {
        begin(who) {
          const begun = tallies.begin(who, clock.measure());
          return begun.allowed ? { allowed: true, end: (how) => begun.end(how, clock.measure()) } : begun;
        },
      };
    },
    // What is remembered is bounded, and a passed window makes room first.
    forgetPassed() {},
    async settle() {},
  };
}
