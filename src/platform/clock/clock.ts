import type { Instant } from '../../kernel/instant.ts';

/** The only source of time. Nothing outside adapters of this port reads the system clock. */
export interface Clock {
  /** Milliseconds since 1970, UTC: what is told to people and written down. It may be set back, and forward, at any time. */
  now(): Instant;
  /**
   * Milliseconds since some moment: never set back, finer than {@link now}. For durations, and for every wait and limit that
   * lives in memory: whoever sets the clock back must lock nobody out.
   */
  measure(): number;
  /**
   * Runs `task` after `delayMs`. Returns a function that cancels it. The timer never keeps the process alive.
   */
  after(delayMs: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  measure: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};

/** A clock that moves only when a test moves it. */
export interface ManualClock extends Clock {
  /** Lets time pass. Timers due are run in order of their time. */
  advance(byMs: number): void;
  /** Sets the time of day, back or forward, as an operator or NTP does: no time passes. */
  jump(byMs: number): void;
}

export function createManualClock(start: Instant): ManualClock {
  let setTo = start;
  let passed = 0;
  let sequence = 0;
  const timers = new Map<number, { at: number; task: () => void }>();
  return {
    now: () => setTo + passed,
    measure: () => passed,
    after(delayMs, task) {
      const id = sequence++;
      timers.set(id, { at: passed + delayMs, task });
      return () => timers.delete(id);
    },
    jump(byMs) {
      setTo += byMs;
    },
    advance(byMs) {
      const end = passed + byMs;
      for (;;) {
        let next: [number, { at: Instant; task: () => void }] | undefined;
        for (const entry of timers) if (entry[1].at <= end && (!next || entry[1].at < next[1].at)) next = entry;
        if (!next) break;
        timers.delete(next[0]);
        passed = Math.max(passed, next[1].at);
        next[1].task();
      }
      passed = end;
    },
  };
}
