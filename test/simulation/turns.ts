import type { Clock, ManualClock } from '../../src/platform/clock/clock.ts';

/** Whatever gives a process a turn: none while it is stopped (SIGSTOP), or dead. */
export interface Turns {
  readonly isStopped: boolean;
  readonly isDead: boolean;
  /** Does it now, or when the process goes on, or never. */
  take(task: () => void): void;
  stop(): void;
  goOn(): void;
  die(): void;
}

export function createTurns(): Turns {
  let isStopped = false;
  let isDead = false;
  let waiting: (() => void)[] = [];
  return {
    get isStopped() {
      return isStopped;
    },
    get isDead() {
      return isDead;
    },
    take(task) {
      if (isDead) return;
      if (isStopped) waiting.push(task);
      else task();
    },
    stop() {
      isStopped = true;
    },
    goOn() {
      isStopped = false;
      const all = waiting;
      waiting = [];
      for (const task of all) task();
    },
    die() {
      isDead = true;
      waiting = [];
    },
  };
}

/** The clock as a process has it that has such turns. */
export function clockOf(clock: Clock, turns: Turns): Clock {
  return {
    ...clock,
    after(delayMs, task) {
      let isWanted = true;
      const cancel = clock.after(delayMs, () => turns.take(() => void (isWanted && task())));
      return () => {
        isWanted = false;
        cancel();
      };
    },
  };
}

/** A clock of one machine among several. */
export interface MachineClock extends Clock {
  /** Its machine stands still: no time passes by what {@link Clock.measure} says. */
  standStill(): void;
  goOn(): void;
  /** Its time of day is set. */
  set(byMs: number): void;
}

/** `rate`: how much of its time passes while a millisecond of `true` time does. */
export function createMachineClock(trueTime: ManualClock, turns: Turns, rate: number): MachineClock {
  const own = clockOf(trueTime, turns);
  let stoodStillMs = 0;
  let standsSince: number | null = null;
  let setMs = 0;
  const listeners: ((byMs: number) => void)[] = [];
  return {
    now: () => trueTime.now() + setMs,
    measure: () => ((standsSince ?? trueTime.measure()) - stoodStillMs) * rate,
    after: (delayMs, task) => own.after(delayMs / rate, task),
    onSet: (listener) => void listeners.push(listener),
    standStill() {
      standsSince ??= trueTime.measure();
    },
    goOn() {
      if (standsSince !== null) stoodStillMs += trueTime.measure() - standsSince;
      standsSince = null;
    },
    set(byMs) {
      setMs += byMs;
      for (const listener of listeners) listener(byMs);
    },
  };
}
