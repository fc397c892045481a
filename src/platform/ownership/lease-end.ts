import type { Clock } from '../clock/clock.ts';

/** A moment by the clock that is never set, and by the time of day. */
export interface LeaseMoment {
  readonly measured: number;
  readonly byDay: number;
}

/** Until when a lease is believed in: by the clock that is never set and, as a second witness, by the time of day. */
export interface LeaseEnd {
  /** By either of them. */
  readonly isOver: boolean;
  now(): LeaseMoment;
  /** It ends `forMs` after this moment, or later if it does already. Answers whether it was over by then. */
  extend(from: LeaseMoment): boolean;
  /** It is over. */
  end(): void;
}

export function createLeaseEnd(clock: Pick<Clock, 'now' | 'measure'>, forMs: number): LeaseEnd {
  let until = Number.NEGATIVE_INFINITY;
  let untilByDay = Number.NEGATIVE_INFINITY;
  return {
    get isOver() {
      return clock.measure() >= until || clock.now() >= untilByDay;
    },
    now: () => ({ measured: clock.measure(), byDay: clock.now() }),
    extend({ measured, byDay }) {
      const wasOver = until < measured;
      // Together: a day that was set forward and back again would else say for as long that nothing is over.
      if (measured + forMs > until) [until, untilByDay] = [measured + forMs, byDay + forMs];
      return wasOver;
    },
    end() {
      until = Number.NEGATIVE_INFINITY;
    },
  };
}
