import type { Instant } from '../../kernel/instant.ts';

/** The only source of time. Nothing outside adapters of this port reads the system clock. */
export interface Clock {
  /** Milliseconds since 1970, UTC: what people are shown and what is written down. It may be set back, and forward, at any time. */
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
  /**
   * Calls `listener` whenever the clock turns out to have been set, with by how many milliseconds (negative: back), before
   * {@link now} answers the new time to anybody. Whoever keeps deadlines in memory moves them along: what was to last ten
   * minutes more still does.
   */
  onSet(listener: (byMs: number) => void): void;
}

/** Less than this is no setting of a clock, but its being kept right. */
const setMs = 500;
/** A look at both clocks that took longer than this says nothing about their distance. */
const lookMs = 5;

const listeners: ((byMs: number) => void)[] = [];
let distance = Date.now() - performance.now();

/** Notifies the listeners if the clock was set. What led here may also be this thread standing still between two looks. */
function lookAgain(): void {
  for (let looks = 0; looks < 100; looks++) {
    const before = performance.now();
    const wallClock = Date.now();
    if (performance.now() - before > lookMs) continue;
    const byMs = wallClock - before - distance;
    if (Math.abs(byMs) < setMs) return;
    distance += byMs;
    for (const listener of listeners) listener(Math.round(byMs));
    return;
  }
}

export const systemClock: Clock = {
  now() {
    const wallClock = Date.now();
    const byMs = wallClock - performance.now() - distance;
    if (byMs < setMs && byMs > -setMs) return wallClock;
    lookAgain();
    return Date.now();
  },
  measure: () => performance.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
  onSet: (listener) => void listeners.push(listener),
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
  const jumpListeners: ((byMs: number) => void)[] = [];
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
      for (const listener of jumpListeners) listener(byMs);
    },
    onSet: (listener) => void jumpListeners.push(listener),
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
