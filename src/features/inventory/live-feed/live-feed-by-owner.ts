import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { NotOwned, type Ownership } from '../../../platform/ownership/ownership.ts';
import type { Following, LiveEvent, LiveFeed, LiveFollower } from './live-feed.ts';
import { pauseMs } from './pauses.ts';

/** So often an event may change sides while it is opened. */
const opensMax = 3;
/** So many followers go over to another side in one turn of the thread. */
const moveAtOnceMax = 100;

/** Whoever follows while their event moves from one process to another. */
interface Mover {
  readonly isStopped: boolean;
  begin(event: LiveEvent): void;
  gone(): void;
}

/**
 * The feed of a process among several: of events that it decides about from its own ledgers, of all others by the pipe. Who follows
 * an event that changes sides goes on with a snapshot, and hears nothing else of it.
 */
export function createLiveFeedByOwner(parts: {
  readonly here: LiveFeed;
  readonly elsewhere: LiveFeed;
  readonly ownership: Pick<Ownership, 'fenceOf'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly random: RandomBytes;
  readonly onFailure: (error: unknown) => void;
}): LiveFeed {
  const { here, elsewhere, ownership, clock, random, onFailure } = parts;
  const moving = new Map<number, Set<Mover>>();

  async function openSide(eventId: number): Promise<LiveEvent | null> {
    for (let opens = 1; ; opens++) {
      const isHere = ownership.fenceOf(eventId) !== null;
      try {
        return await (isHere ? here : elsewhere).open(eventId);
      } catch (error) {
        const hasMoved = isHere !== (ownership.fenceOf(eventId) !== null);
        if (!(error instanceof NotOwned) || !hasMoved || opens >= opensMax) throw error;
      }
    }
  }

  function moveOn(eventId: number, mover: Mover): void {
    const others = moving.get(eventId);
    if (others) return void others.add(mover);
    const movers = new Set([mover]);
    moving.set(eventId, movers);
    void findAgain(eventId, movers).catch(onFailure);
  }

  /** Opens the event where it is now, for all who followed it, as soon as that can be. */
  async function findAgain(eventId: number, movers: Set<Mover>): Promise<void> {
    for (let failures = 0; ; failures++) {
      for (const mover of movers) if (mover.isStopped) movers.delete(mover);
      if (movers.size === 0) return void moving.delete(eventId);
      try {
        const event = await openSide(eventId);
        moving.delete(eventId);
        return await bring(movers, event);
      } catch (error) {
        if (!(error instanceof NotOwned)) onFailure(error);
      }
      await new Promise<void>((done) => clock.after(pauseMs(failures, random), done));
    }
  }

  async function bring(movers: ReadonlySet<Mover>, event: LiveEvent | null): Promise<void> {
    let moved = 0;
    for (const mover of movers) {
      if (mover.isStopped) continue;
      if (event === null) mover.gone();
      else mover.begin(event);
      moved += 1;
      if (moved % moveAtOnceMax === 0) await new Promise<void>((done) => setImmediate(done));
    }
  }

  function follow(eventId: number, event: LiveEvent, since: string | null, follower: LiveFollower): Following {
    let following: Following | null = null;
    let isStopped = false;
    const begin = (from: LiveEvent, version: string | null) => {
      following = from.follow(version, {
        take: (frame) => follower.take(frame),
        gone: () => follower.gone(),
        moved() {
          following = null;
          moveOn(eventId, mover);
        },
      });
    };
    const mover: Mover = {
      get isStopped() {
        return isStopped;
      },
      // Its ledger was loaded anew: nobody can go on from what the one before has said.
      begin: (from) => begin(from, null),
      gone: () => follower.gone(),
    };
    begin(event, since);
    return {
      // Who has a gap while the event moves gets a snapshot soon anyway.
      resync: (version) => following?.resync(version),
      stop() {
        isStopped = true;
        following?.stop();
      },
    };
  }

  return {
    async open(eventId) {
      const event = await openSide(eventId);
      return event && { follow: (since, follower) => follow(eventId, event, since, follower) };
    },
  };
}
