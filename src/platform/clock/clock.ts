import type { Instant } from '../../kernel/instant.ts';

/** The only source of time. Nothing outside adapters of this port reads the system clock. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): Instant;
  /** Milliseconds since some moment, for durations: never set back, finer than {@link now}. */
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

/** A clock that moves only when a test moves it. Timers due are run in order of their time. */
export function createManualClock(start: Instant): Clock & { advance(byMs: number): void } {
  let now = start;
  let sequence = 0;
  const timers = new Map<number, { at: Instant; task: () => void }>();
  return {
    now: () => now,
    measure: () => now - start,
    after(delayMs, task) {
      const id = sequence++;
      timers.set(id, { at: now + delayMs, task });
      return () => timers.delete(id);
    },
    advance(byMs) {
      const end = now + byMs;
      for (;;) {
        let next: [number, { at: Instant; task: () => void }] | undefined;
        for (const entry of timers) if (entry[1].at <= end && (!next || entry[1].at < next[1].at)) next = entry;
        if (!next) break;
        timers.delete(next[0]);
        now = Math.max(now, next[1].at);
        next[1].task();
      }
      now = end;
    },
  };
}
