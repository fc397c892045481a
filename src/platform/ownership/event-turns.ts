import { PeerRefused } from '../peers/peers.ts';

/** So many commands may wait for one event: some fifty milliseconds of an owner's work. Whoever comes then is to come again. */
export const waitingMax = 2_000;
/** So many are carried out before anything else has its turn: sockets, timers, commits that have returned. */
export const inOneTurn = 128;
const busyRetryMs = 1_000;
/** What was carried out is forgotten in lots: of a hot event there is always something left. */
const forgetEvery = 512;

/** Commands about events, carried out in fair turns. */
export interface EventTurns {
  /**
   * Carries a command out as soon as it is the turn of its event, and answers what it came to. Rejects with `PeerRefused` (too
   * busy) at once where {@link waitingMax} wait for that event.
   */
  run<T>(eventId: number, command: () => T | Promise<T>): Promise<T>;
}

/** The commands that wait for one event, the oldest first. */
interface Waiting {
  readonly eventId: number;
  readonly commands: (() => void)[];
  next: number;
}

/**
 * The events of an owner take turns, a command each, so that those of a hot one keep no other waiting: whatever comes for another
 * event is carried out after at most one command of each event that has any. `soon`: runs a task at the end of the turn.
 */
export function createEventTurns({ soon }: { readonly soon: (task: () => void) => void }): EventTurns {
  const waiting = new Map<number, Waiting>();
  let ring: Waiting[] = [];
  let isDue = false;

  function schedule(): void {
    if (isDue) return;
    isDue = true;
    soon(carryOut);
  }

  function carryOut(): void {
    isDue = false;
    let left = inOneTurn;
    while (ring.length > 0 && left > 0) {
      const again: Waiting[] = [];
      for (let at = 0; at < ring.length; at++) {
        if (left === 0) {
          // Those that had no turn this time are the first the next time.
          ring = [...ring.slice(at), ...again];
          return schedule();
        }
        const one = ring[at]!;
        left -= 1;
        one.commands[one.next++]!();
        if (one.next === one.commands.length) waiting.delete(one.eventId);
        else again.push(one);
        if (one.next < forgetEvery) continue;
        one.commands.splice(0, one.next);
        one.next = 0;
      }
      ring = again;
    }
    if (ring.length > 0) schedule();
  }

  return {
    run(eventId, command) {
      let one = waiting.get(eventId);
      if (one === undefined) {
        one = { eventId, commands: [], next: 0 };
        waiting.set(eventId, one);
        ring.push(one);
      } else if (one.commands.length - one.next >= waitingMax) {
        return Promise.reject(new PeerRefused({ why: 'too busy', retryAfterMs: busyRetryMs }));
      }
      const { commands } = one;
      schedule();
      return new Promise((resolve, reject) => {
        commands.push(() => {
          try {
            resolve(command());
          } catch (error) {
            reject(error);
          }
        });
      });
    },
  };
}
