import type { Clock } from '../clock/clock.ts';
import { Locked, type Locks, type LockTimes, lockTimes, type OnLock } from './locks.ts';

/** Somebody who waits for a name. */
interface Waiting {
  readonly proceed: () => void;
}

/**
 * Locks among the works of this process: whoever asked first has it first. They have no lease, because a process that stands still
 * runs no other work either.
 */
export function createInProcessLocks({
  clock,
  onLock = () => {},
  times: { waitMs } = lockTimes,
}: {
  readonly clock: Pick<Clock, 'measure' | 'after'>;
  readonly onLock?: OnLock;
  readonly times?: Pick<LockTimes, 'waitMs'>;
}): Locks {
  /** By name, who waits for it; a name that nobody has is not there. */
  const had = new Map<string, Waiting[]>();

  /** Answers whether the name was had before `timeoutMs` had passed. */
  function have(name: string, timeoutMs: number): Promise<boolean> {
    const queue = had.get(name);
    if (!queue) {
      had.set(name, []);
      return Promise.resolve(true);
    }
    return new Promise((answer) => {
      const waiting: Waiting = {
        proceed() {
          cancel();
          answer(true);
        },
      };
      const cancel = clock.after(Math.max(0, timeoutMs), () => {
        queue.splice(queue.indexOf(waiting), 1);
        answer(false);
      });
      queue.push(waiting);
    });
  }

  function giveBack(name: string): void {
    const next = had.get(name)!.shift();
    if (next) next.proceed();
    else had.delete(name);
  }

  return {
    async withLock(names, work) {
      const began = clock.measure();
      const waited = () => clock.measure() - began;
      // In one order, so that no two wait for each other.
      const sorted = [...new Set(names)].sort();
      const mine: string[] = [];
      try {
        for (const name of sorted) {
          if (!(await have(name, waitMs - waited()))) {
            onLock('refused', waited());
            throw new Locked(sorted);
          }
          mine.push(name);
        }
        onLock('had', waited());
        return await work();
      } finally {
        for (const name of mine) giveBack(name);
      }
    },
  };
}
