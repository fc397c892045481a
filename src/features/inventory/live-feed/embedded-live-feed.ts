import type { Clock } from '../../../platform/clock/clock.ts';
import { type InSlots, NotOwned } from '../../../platform/ownership/ownership.ts';
import type { TextFrame } from '../../../platform/web-sockets/text-frame.ts';
import type { EventLedgers, LoadedEvent } from '../commands/event-ledgers.ts';
import { crowd, handOut } from './crowds.ts';
import type { Following, LiveFeed, LiveFollower } from './live-feed.ts';
import { LiveView } from './live-frames.ts';

/** The followers of one event. */
interface Room {
  readonly followers: Set<LiveFollower>;
  /** What they know at least. */
  known: LiveView;
  /** Somebody knows more than that: numbers that change back meanwhile are news to them. */
  someKnowMore: boolean;
  /** The newest snapshot: a crowd that comes at once gets the same bytes. */
  snapshot: { readonly of: LiveView; readonly frame: TextFrame } | null;
  /** A crowd has been passed over the last time. */
  wasPassedOver: boolean;
}

/** The feed of the process whose ledgers decide, and its turn of work. */
export interface EmbeddedLiveFeed extends LiveFeed {
  /** Sends what has changed to who follows it. Called every `pushEveryMs`; never twice at once. */
  push(): Promise<void>;
  /** These events are another process's now: who follows one of them is to follow it there. */
  leave(isLost: InSlots): void;
}

/**
 * Looks at the ledgers that somebody follows, again and again: whoever holds or buys does nothing for it, so that followers
 * cost a purchase only the sending. A frame is made once for all followers of an event.
 */
export function createEmbeddedLiveFeed(parts: {
  readonly ledgers: Pick<EventLedgers, 'open' | 'loaded'>;
  readonly clock: Clock;
  readonly onFailure: (error: unknown) => void;
}): EmbeddedLiveFeed {
  const { ledgers, clock, onFailure } = parts;
  const rooms = new Map<number, Room>();

  function end(eventId: number, { followers }: Room, how: 'gone' | 'moved'): void {
    rooms.delete(eventId);
    const all = [...followers];
    followers.clear();
    for (const follower of all) {
      if (how === 'gone') follower.gone();
      else follower.moved?.();
    }
  }

  function snapshotOf(room: Room, view: LiveView): TextFrame {
    if (!room.snapshot?.of.isStill(view.event, view.at)) room.snapshot = { of: view, frame: view.snapshot() };
    return room.snapshot!.frame;
  }

  /** Gives one follower what follows on a version. */
  function catchUp(room: Room, since: string | null, follower: LiveFollower): void {
    // Of an event that is out of memory nothing moves: it is read again with the next push.
    const event = ledgers.loaded(eventIdOf(room));
    const now = clock.now();
    const view = event ? new LiveView(event, now) : room.known;
    if (event && !room.known.isStill(event, now)) room.someKnowMore = true;
    const frame = (since === null ? null : view.delta(since, null)) ?? snapshotOf(room, view);
    follower.take(frame, () => view.facts());
  }

  function follow(event: LoadedEvent, since: string | null, follower: LiveFollower): Following {
    const { eventId } = event.ledger.rules;
    let room = rooms.get(eventId);
    if (!room) {
      const known = new LiveView(event, clock.now());
      room = { followers: new Set(), known, someKnowMore: false, snapshot: null, wasPassedOver: false };
      rooms.set(eventId, room);
    }
    const own = room;
    own.followers.add(follower);
    catchUp(own, since, follower);
    return {
      resync(version) {
        if (own.followers.has(follower)) catchUp(own, version, follower);
      },
      stop() {
        own.followers.delete(follower);
        if (own.followers.size === 0 && rooms.get(eventId) === own) rooms.delete(eventId);
      },
    };
  }

  /** The frame that brings followers from what they know to how it is; null if nothing has changed. */
  function advance(room: Room, event: LoadedEvent): TextFrame | null {
    const { known, someKnowMore } = room;
    const now = clock.now();
    if (!someKnowMore && known.isStill(event, now)) return null;
    const view = new LiveView(event, now);
    room.known = view;
    room.someKnowMore = false;
    const isSame = view.hasTypesOf(known) && view.epoch === known.epoch;
    return (isSame ? view.delta(known.version, someKnowMore ? null : known) : null) ?? snapshotOf(room, view);
  }

  async function pushTo(eventId: number, room: Room): Promise<void> {
    room.wasPassedOver = room.followers.size >= crowd && !room.wasPassedOver;
    if (room.wasPassedOver) return;
    const event = ledgers.loaded(eventId) ?? (await ledgers.open(eventId));
    if (!event?.isPublic) return end(eventId, room, 'gone');
    const frame = advance(room, event);
    if (frame === null) return;
    const view = room.known;
    const facts = () => view.facts();
    await handOut(room.followers, (follower) => follower.take(frame, facts));
  }

  return {
    async open(eventId) {
      const event = await ledgers.open(eventId);
      if (!event?.isPublic) return null;
      return { follow: (since, follower) => follow(event, since, follower) };
    },
    async push() {
      for (const [eventId, room] of [...rooms]) {
        try {
          await pushTo(eventId, room);
        } catch (error) {
          if (error instanceof NotOwned) end(eventId, room, 'moved');
          // PostgreSQL is away while an event is read again: its followers wait.
          else onFailure(error);
        }
      }
    },
    leave(isLost) {
      for (const [eventId, room] of [...rooms]) if (isLost(eventId)) end(eventId, room, 'moved');
    },
  };
}

function eventIdOf({ known }: Room): number {
  return known.event.ledger.rules.eventId;
}
