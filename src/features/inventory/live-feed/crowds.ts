import type { LiveFollower } from './live-feed.ts';

/** How often it is looked what has changed. */
export const pushEveryMs = 125;
/** From so many followers of an event on it is a crowd: */
export const crowd = 250;
/** a quarter of a second is soon enough for it, since each frame costs by the head. */
export const crowdEveryMs = 2 * pushEveryMs;
/**
 * Frames come by a pipe every {@link pushEveryMs}: one that comes so much before a crowd is due is handed out at once, and what is due waits
 * so long for one. Else a crowd would be handed what is an eighth of a second old, just before the next frame comes.
 */
export const crowdSlackMs = pushEveryMs / 2;
/** So many followers take a frame in one turn of the thread; a purchase that comes meanwhile waits for no more of them. */
const takeAtOnceMax = 100;

/** Has each take something, as long as it still follows. Who comes meanwhile is left out: it knows more already. */
export async function handOut(
  followers: ReadonlySet<LiveFollower>,
  take: (follower: LiveFollower) => void,
): Promise<void> {
  let taken = 0;
  for (const follower of [...followers]) {
    if (!followers.has(follower)) continue;
    take(follower);
    taken += 1;
    if (taken % takeAtOnceMax === 0) await new Promise<void>((done) => setImmediate(done));
  }
}
