import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Ownership } from '../../../platform/ownership/ownership.ts';
import type { Peers } from '../../../platform/peers/peers.ts';
import type { EventLedgers } from '../commands/event-ledgers.ts';
import type { ShownEvents } from '../queries/shown-event.ts';
import { createEmbeddedLiveFeed } from './embedded-live-feed.ts';
import type { LiveFeed } from './live-feed.ts';
import { createLiveFeedByOwner } from './live-feed-by-owner.ts';
import { answerLiveFollowers } from './live-followers.ts';
import { createPipedLiveFeed } from './piped-live-feed.ts';

/** The feed of a process, and its turn of work. */
export interface LiveFeeds {
  readonly feed: LiveFeed;
  /** The events that others decide about, for pages; null: there are none. */
  readonly shownElsewhere: ShownEvents | null;
  /** Called again and again, never twice at once: sends what has changed. */
  push(): Promise<void>;
  /** Follows other processes no more. */
  close(): void;
}

/** The feed of a process that is alone; or, with `peers`, of one among several, which others may follow. */
export function createLiveFeeds(parts: {
  readonly ledgers: Pick<EventLedgers, 'open' | 'loaded'>;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly ownership: Ownership;
  readonly peers: Pick<Peers, 'follow' | 'answerFollowers'> | null;
  /** Reads anew who owns what. */
  readonly lookForOwners: () => Promise<void>;
  readonly onFailure: (error: unknown) => void;
}): LiveFeeds {
  const { clock, random, ownership, peers, lookForOwners, onFailure } = parts;
  const here = createEmbeddedLiveFeed(parts);
  if (peers === null) return { feed: here, shownElsewhere: null, push: () => here.push(), close() {} };
  const elsewhere = createPipedLiveFeed({ peers, ownership, lookForOwners, clock, random, onFailure });
  answerLiveFollowers({ peers, ownership, feed: here, onFailure });
  ownership.onLost((isLost) => here.leave(isLost));
  return {
    feed: createLiveFeedByOwner({ here, elsewhere, ownership, clock, random, onFailure }),
    shownElsewhere: elsewhere.shown,
    push() {
      elsewhere.look();
      return here.push();
    },
    close: () => elsewhere.close(),
  };
}
