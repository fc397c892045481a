import type { Clock } from '../clock/clock.ts';

/** While something is away it is asked for again after such pauses. */
const awayMs = { first: 50, max: 2_000 };

/** Waits that all end at once when somebody leaves. */
export interface Patience {
  readonly isLeaving: boolean;
  /** Ends every wait, and begins none any more. */
  leave(): void;
  /** Waits, or until somebody leaves. */
  pause(ms: number): Promise<void>;
  /** Does something later, unless somebody leaves. */
  later(ms: number, work: () => void): void;
  /** Does what fails as long as something is away, again and again. Answers null where somebody left meanwhile. */
  whenThere<T>(work: () => Promise<T>, isAway: (error: unknown) => boolean): Promise<T | null>;
}

export function createPatience(clock: Pick<Clock, 'after'>): Patience {
  const ends = new Set<() => void>();
  let isLeaving = false;

  function pause(ms: number): Promise<void> {
    if (isLeaving) return Promise.resolve();
    return new Promise((done) => {
      const wake = () => {
        cancel();
        ends.delete(wake);
        done();
      };
      const cancel = clock.after(ms, wake);
      ends.add(wake);
    });
  }

  return {
    get isLeaving() {
      return isLeaving;
    },
    leave() {
      isLeaving = true;
      for (const end of ends) end();
    },
    pause,
    later: (ms, work) => void pause(ms).then(() => isLeaving || work()),
    async whenThere(work, isAway) {
      for (let pauseMs = awayMs.first; !isLeaving; pauseMs = Math.min(awayMs.max, pauseMs * 2)) {
        try {
          return await work();
        } catch (error) {
          if (!isAway(error)) throw error;
          await pause(pauseMs);
        }
      }
      return null;
    },
  };
}
