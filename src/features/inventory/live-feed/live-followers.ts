import { NotOwned, type Ownership } from '../../../platform/ownership/ownership.ts';
import { NotMine, type Peers } from '../../../platform/peers/peers.ts';
import type { Following, LiveFeed } from './live-feed.ts';

/** The name by which processes follow events of one another. */
export const liveName = 'live';

/** What a process says that begins to follow. */
export interface AskedToFollow {
  readonly eventId: number;
  readonly since: string | null;
}

/** What it says when its frames have a gap. */
interface Resync {
  readonly since: string | null;
}

const tryAgainMs = 1_000;

/**
 * Lets other processes follow the events that this one decides about. Ended in order: the event is not to be seen; as not mine:
 * another process has it, or nobody.
 */
export function answerLiveFollowers(parts: {
  readonly peers: Pick<Peers, 'answerFollowers'>;
  readonly ownership: Pick<Ownership, 'fenceOf' | 'ownerOf'>;
  /** Of this process's own ledgers. */
  readonly feed: LiveFeed;
  readonly onFailure: (error: unknown) => void;
}): void {
  const { peers, ownership, feed, onFailure } = parts;
  peers.answerFollowers(liveName, (body, follower) => {
    const { eventId, since } = body as AskedToFollow;
    if (ownership.fenceOf(eventId) === null) throw new NotMine(ownership.ownerOf(eventId));
    let following: Following | null = null;
    let isOver = false;
    const end: typeof follower.end = (refusal) => {
      isOver = true;
      follower.end(refusal);
    };
    const moved = () => end({ why: 'not mine', owner: ownership.ownerOf(eventId) });

    async function begin(): Promise<void> {
      const event = await feed.open(eventId);
      if (isOver) return;
      if (event === null) return end();
      following = event.follow(since, { take: ({ text }) => follower.send(text.toString()), gone: end, moved });
      // It did not even read its first frame.
      if (isOver) following.stop();
    }

    begin().catch((error) => {
      if (error instanceof NotOwned) return moved();
      onFailure(error);
      end({ why: 'too busy', retryAfterMs: tryAgainMs });
    });
    return {
      heard: (message) => following?.resync((message as Resync).since),
      stopped() {
        isOver = true;
        following?.stop();
      },
    };
  });
}
