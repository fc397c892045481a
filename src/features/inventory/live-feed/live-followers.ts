import { NotOwned, type Ownership } from '../../../platform/ownership/ownership.ts';
import { NotMine, type Peers } from '../../../platform/peers/peers.ts';
import type { TextFrame } from '../../../platform/web-sockets/text-frame.ts';
import type { Following, LiveFeed } from './live-feed.ts';
import { withFacts } from './page-facts.ts';

/** The name by which processes follow events of one another. */
export const liveName = 'live';

/** What a process says that begins to follow. */
export interface AskedToFollow {
  readonly eventId: number;
  readonly since: string | null;
  /** It makes pages as well: each frame brings their facts. Left out: it does not. */
  readonly makesPages?: boolean;
}

/**
 * What it says when its frames have a gap; or, with a number, when somebody is to see all that has been decided by now: the next
 * frame brings it, and the number.
 */
export interface AskedForMore {
  readonly since: string | null;
  readonly catchUp?: number;
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
    const { eventId, since, makesPages = false } = body as AskedToFollow;
    if (ownership.fenceOf(eventId) === null) throw new NotMine(ownership.ownerOf(eventId));
    let following: Following | null = null;
    let isOver = false;
    let catchUp: number | undefined;
    const end: typeof follower.end = (refusal) => {
      isOver = true;
      follower.end(refusal);
    };
    const moved = () => end({ why: 'not mine', owner: ownership.ownerOf(eventId) });

    function take({ text }: TextFrame, facts?: () => string): void {
      const frame = text.toString();
      if (!makesPages || facts === undefined) return follower.send(frame);
      // The number is said within the facts, which are the same text for all.
      const more = catchUp === undefined ? facts() : `${facts().slice(0, -1)},"caughtUp":${catchUp}}`;
      follower.send(withFacts(frame, more));
    }

    async function begin(): Promise<void> {
      const event = await feed.open(eventId);
      if (isOver) return;
      if (event === null) return end();
      following = event.follow(since, { take, gone: end, moved });
      // It did not even read its first frame.
      if (isOver) following.stop();
    }

    begin().catch((error) => {
      if (error instanceof NotOwned) return moved();
      onFailure(error);
      end({ why: 'too busy', retryAfterMs: tryAgainMs });
    });
    return {
      heard(message) {
        const asked = message as AskedForMore;
        catchUp = asked.catchUp;
        following?.resync(asked.since);
        catchUp = undefined;
      },
      stopped() {
        isOver = true;
        following?.stop();
      },
    };
  });
}
