import type { LiveFrame } from '../../../contract/live.ts';
import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { NotOwned, type Owner, type Ownership } from '../../../platform/ownership/ownership.ts';
import { type Followed, NotMine, type PeerFailure, type Peers } from '../../../platform/peers/peers.ts';
import { frameText } from '../../../platform/web-sockets/text-frame.ts';
import type { ShownEvents } from '../queries/shown-event.ts';
import { CatchUps } from './catch-ups.ts';
import { FollowedFrames } from './followed-frames.ts';
import { Handouts } from './handouts.ts';
import type { Following, LiveFeed, LiveFollower } from './live-feed.ts';
import { type AskedForMore, type AskedToFollow, liveName } from './live-followers.ts';
import { splitFacts } from './page-facts.ts';
import { pauseMs } from './pauses.ts';
import { ShownFrames } from './shown-frames.ts';

/** Whoever comes waits so long for an event that nothing is known of. */
const openMs = 3_000;
/** So long what is known is shown to who comes, though its pipe is broken. */
const staleMs = 10_000;
/** Pages are made for so long of what is known, though its pipe is broken: they are nobody's who would know better. */
const freshMs = 1_000;
/** So long an event is followed that nobody asks for any more. */
export const keepMs = 60_000;
/** No more than so many are followed that nobody follows here: whoever reads every page of a shop keeps no pipe busy. */
const unusedMax = 1_000;
/** An event that another process owns, as it is followed here. */
interface Room {
  readonly eventId: number;
  readonly followers: Set<LiveFollower>;
  readonly frames: FollowedFrames;
  readonly shown: ShownFrames;
  readonly catchUps: CatchUps;
  /** Called when frames have come, or the room is over. */
  readonly opening: Set<() => void>;
  readonly handouts: Handouts;
  /** Who was followed last. */
  owner: Owner | null;
  source: Source | null;
  /** Ends the pause before it is followed again. */
  goOn: (() => void) | null;
  /** What is known is shown until then, by {@link Clock.measure}. */
  shownUntil: number;
  /** The owner was asked for what is missing. */
  asksForGap: boolean;
  usedAt: number;
  /** `moved`: the event is this process's own now. */
  over: 'gone' | 'moved' | 'unused' | null;
}

/** Whom a room follows at this moment. */
interface Source {
  readonly followed: Followed;
  leave(): void;
}

/** The feed of events that other processes own. */
export interface PipedLiveFeed extends LiveFeed {
  /** The same events for pages: as their owner has them, but for what it has decided in the last quarter of a second. */
  readonly shown: ShownEvents;
  /** Looks whether each event is still followed where it is owned, and whether anybody asks for it. Called every quarter of a second or so. */
  look(): void;
  /** Follows nothing any more. */
  close(): void;
}

/**
 * Follows each event once, at its owner, however many follow it here: they get the owner's frames as they are, and begin with what
 * is known here. When the pipe breaks or the owner changes, the next one is looked for, and followers hear what comes then.
 */
export function createPipedLiveFeed(parts: {
  readonly peers: Pick<Peers, 'follow'>;
  readonly ownership: Pick<Ownership, 'fenceOf' | 'ownerOf' | 'untilOwned'>;
  /** Reads anew who owns what. */
  readonly lookForOwners: () => Promise<void>;
  readonly clock: Pick<Clock, 'measure' | 'after'>;
  readonly random: RandomBytes;
  readonly onFailure: (error: unknown) => void;
}): PipedLiveFeed {
  const { peers, ownership, lookForOwners, clock, random, onFailure } = parts;
  const rooms = new Map<number, Room>();
  let isClosed = false;

  function begin(eventId: number): Room {
    makeRoom();
    const frames = new FollowedFrames();
    const followers = new Set<LiveFollower>();
    const room: Room = {
      eventId,
      followers,
      frames,
      shown: new ShownFrames(eventId, frames),
      catchUps: new CatchUps((catchUp) => askForMore(room, catchUp)),
      opening: new Set(),
      handouts: new Handouts(followers, frames, { clock, onFailure }),
      owner: null,
      source: null,
      goOn: null,
      shownUntil: Number.NEGATIVE_INFINITY,
      asksForGap: false,
      usedAt: clock.measure(),
      over: null,
    };
    rooms.set(eventId, room);
    // Later: whoever begins it is to be there when it ends.
    queueMicrotask(() => void run(room).catch(onFailure));
    return room;
  }

  /** Ends the room that nobody has asked for longest, if there are too many of those. */
  function makeRoom(): void {
    if (rooms.size < unusedMax) return;
    const unused = [...rooms.values()].filter(({ followers, opening }) => followers.size + opening.size === 0);
    if (unused.length < unusedMax) return;
    end(
      unused.reduce((oldest, room) => (room.usedAt < oldest.usedAt ? room : oldest)),
      'unused',
    );
  }

  function end(room: Room, how: NonNullable<Room['over']>): void {
    if (room.over !== null) return;
    room.over = how;
    if (rooms.get(room.eventId) === room) rooms.delete(room.eventId);
    room.source?.leave();
    room.goOn?.();
    room.handouts.end();
    const followers = [...room.followers];
    room.followers.clear();
    for (const follower of followers) {
      if (how === 'gone') follower.gone();
      else if (how === 'moved') follower.moved?.();
    }
    for (const wake of [...room.opening]) wake();
    room.catchUps.end();
  }

  /** Follows whoever owns the event until nobody here asks for it, it is gone, or this process's own. */
  async function run(room: Room): Promise<void> {
    const { eventId } = room;
    let hint: Owner | null = null;
    for (let failures = 0; room.over === null; failures++) {
      if (isClosed) return end(room, 'unused');
      if (ownership.fenceOf(eventId) !== null) return end(room, 'moved');
      const owner: Owner | null = hint ?? ownership.ownerOf(eventId);
      hint = null;
      room.owner = owner;
      if (owner === null) {
        await ownership.untilOwned(eventId, openMs);
      } else {
        const why = await follow(room, owner);
        if (why === null) return end(room, 'gone');
        if (room.shownUntil === Number.POSITIVE_INFINITY) {
          room.shownUntil = clock.measure() + staleMs;
          failures = 0;
        }
        // Who says whose it is now, is followed there once, to a higher fence only.
        if (why instanceof NotMine && failures === 0 && why.owner !== null && why.owner.fence > owner.fence) {
          hint = why.owner;
          continue;
        }
        if (why !== 'left' && room.over === null) await lookForOwners().catch(onFailure);
      }
      if (room.over === null && !hasMoved(room)) await pause(room, pauseMs(failures, random));
    }
  }

  function pause(room: Room, ms: number): Promise<void> {
    return new Promise((done) => {
      const cancel = clock.after(ms, () => room.goOn?.());
      room.goOn = () => {
        room.goOn = null;
        cancel();
        done();
      };
    });
  }

  /** Whether the event is another's than who was followed last, or this process's own. */
  function hasMoved({ eventId, owner }: Room): boolean {
    const now = ownership.ownerOf(eventId);
    const isNewer = now !== null && (owner === null || now.fence > owner.fence);
    return isNewer || ownership.fenceOf(eventId) !== null;
  }

  /** Follows an owner until it ends: null, because the event is not to be seen. */
  function follow(room: Room, owner: Owner): Promise<PeerFailure | 'left' | null> {
    return new Promise((done) => {
      const ended = (why: PeerFailure | 'left' | null) => {
        room.source = null;
        room.asksForGap = false;
        room.catchUps.sourceEnds();
        done(why);
      };
      const body: AskedToFollow = { eventId: room.eventId, since: room.frames.version, makesPages: true };
      room.catchUps.sourceBegins();
      const followed = peers.follow(owner, { name: liveName, body }, { frame: (text) => take(room, text), ended });
      room.source = {
        followed,
        leave() {
          followed.stop();
          ended('left');
        },
      };
    });
  }

  function take(room: Room, text: string): void {
    const { frames, shown, catchUps, opening } = room;
    const { frame: frameOnly, facts } = splitFacts(text);
    const frame = frameText(frameOnly);
    const takenAs = frames.take(JSON.parse(frameOnly) as LiveFrame, frame);
    if (takenAs === 'old') return;
    if (takenAs === 'gap') {
      if (!room.asksForGap) askForMore(room);
      room.asksForGap = true;
      return;
    }
    shown.take(facts);
    room.asksForGap = false;
    room.shownUntil = Number.POSITIVE_INFINITY;
    // Who follows gets what was asked for by others with the next batch.
    if (facts?.caughtUp === undefined) room.handouts.hand(frame);
    catchUps.heard(facts?.caughtUp);
    for (const wake of [...opening]) wake();
  }

  /** Asks the owner for what is missing, or for all that it has decided by now. */
  function askForMore({ source, frames }: Room, catchUp?: number): void {
    const more: AskedForMore = { since: frames.version, ...(catchUp !== undefined && { catchUp }) };
    source?.followed.send(more);
  }

  function isShown({ over, shownUntil }: Room): boolean {
    return over === null && clock.measure() < shownUntil;
  }

  /** Whether pages may be made of it: its owner has been heard a moment ago. */
  function isFresh({ over, shown, shownUntil, source }: Room): boolean {
    if (over !== null || !shown.isWhole) return false;
    if (shownUntil === Number.POSITIVE_INFINITY) return source !== null && !source.followed.isSilent;
    return clock.measure() < shownUntil - staleMs + freshMs;
  }

  /** Waits until `wake` is called, {@link openMs} at most; answers whether it was. */
  function wait(begin: (wake: () => void) => void): Promise<boolean> {
    return new Promise((done) => {
      const cancel = clock.after(openMs, () => done(false));
      begin(() => {
        cancel();
        done(true);
      });
    });
  }

  async function untilShown({ opening }: Room): Promise<void> {
    let waiting = () => {};
    await wait((wake) => {
      waiting = wake;
      opening.add(wake);
    });
    opening.delete(waiting);
  }

  function use(eventId: number): Room {
    if (isClosed) throw new NotOwned(eventId);
    const room = rooms.get(eventId) ?? begin(eventId);
    room.usedAt = clock.measure();
    return room;
  }

  /** Goes on with what is known, and follows. */
  function join(opened: Room, since: string | null, follower: LiveFollower): Following {
    const room = opened.over === null ? opened : (rooms.get(opened.eventId) ?? begin(opened.eventId));
    // One that was begun again a moment ago begins with a snapshot.
    const { frames } = room.frames.version === null ? opened : room;
    room.followers.add(follower);
    follower.take(frames.since(since));
    return {
      resync(version) {
        if (room.followers.has(follower) && room.frames.version !== null) follower.take(room.frames.since(version));
      },
      stop() {
        room.followers.delete(follower);
        room.usedAt = clock.measure();
      },
    };
  }

  return {
    async open(eventId) {
      const room = use(eventId);
      if (!isShown(room)) await untilShown(room);
      if (room.over === 'gone') return null;
      if (!isShown(room)) throw new NotOwned(eventId);
      return { follow: (since, follower) => join(room, since, follower) };
    },
    shown: {
      now(eventId) {
        const room = rooms.get(eventId);
        if (room === undefined || !isFresh(room)) return null;
        room.usedAt = clock.measure();
        return room.shown;
      },
      async open(eventId, isUpToDate) {
        const room = use(eventId);
        const isKnown = (!isUpToDate && isFresh(room)) || (await wait((wake) => room.catchUps.add(wake)));
        if (room.over === 'gone') return null;
        if (!isKnown || !isFresh(room)) throw new NotOwned(eventId);
        return room.shown;
      },
    },
    look() {
      const now = clock.measure();
      for (const room of [...rooms.values()]) {
        const { followers, opening, usedAt } = room;
        if (followers.size + opening.size === 0 && now - usedAt > keepMs) end(room, 'unused');
        else if (hasMoved(room)) {
          room.source?.leave();
          room.goOn?.();
        }
      }
    },
    close() {
      isClosed = true;
      for (const room of [...rooms.values()]) end(room, 'unused');
    },
  };
}
