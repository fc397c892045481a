import type { Clock } from '../../../platform/clock/clock.ts';
import type { TextFrame } from '../../../platform/web-sockets/text-frame.ts';
import { crowd, crowdEveryMs, crowdSlackMs, handOut } from './crowds.ts';
import type { FollowedFrames } from './followed-frames.ts';
import type { LiveFollower } from './live-feed.ts';

/**
 * Hands the frames of an event that is followed by a pipe on to all who follow it here, one after the other. A crowd gets one every
 * {@link crowdEveryMs} or so, and nobody the next one before all have the last: what comes meanwhile is one frame then.
 */
export class Handouts {
  private readonly followers: ReadonlySet<LiveFollower>;
  private readonly frames: FollowedFrames;
  private readonly clock: Pick<Clock, 'measure' | 'after'>;
  private readonly onFailure: (error: unknown) => void;
  /** What everybody knows who was there at the last handout. */
  private known: string | null = null;
  private handedAt = Number.NEGATIVE_INFINITY;
  /** What has come since: a frame as it came, or several, to be made one. */
  private owed: TextFrame | 'several' | null = null;
  private isHanding = false;
  private cancelTimer: (() => void) | null = null;

  constructor(
    followers: ReadonlySet<LiveFollower>,
    frames: FollowedFrames,
    parts: { readonly clock: Pick<Clock, 'measure' | 'after'>; readonly onFailure: (error: unknown) => void },
  ) {
    this.followers = followers;
    this.frames = frames;
    this.clock = parts.clock;
    this.onFailure = parts.onFailure;
  }

  /** A frame has come that `frames` has taken. */
  hand(frame: TextFrame): void {
    if (this.followers.size === 0) {
      this.known = this.frames.version;
      this.owed = null;
      return;
    }
    this.owed = this.owed === null ? frame : 'several';
    this.handWhenDue(-crowdSlackMs);
  }

  /** Nothing is handed out any more. */
  end(): void {
    this.owed = null;
    this.stopTimer();
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = null;
  }

  /** `slackMs`: how much after a crowd is due it is handed something; before, if it is negative. */
  private handWhenDue(slackMs: number): void {
    if (this.owed === null || this.isHanding) return;
    const dueAt = this.followers.size < crowd ? Number.NEGATIVE_INFINITY : this.handedAt + crowdEveryMs;
    const now = this.clock.measure();
    if (now < dueAt + slackMs) {
      this.cancelTimer ??= this.clock.after(dueAt + crowdSlackMs - now, () => {
        this.cancelTimer = null;
        this.handWhenDue(0);
      });
      return;
    }
    this.stopTimer();
    const frame = this.owed === 'several' ? this.frames.since(this.known) : this.owed;
    this.owed = null;
    this.known = this.frames.version;
    this.handedAt = this.clock.measure();
    this.isHanding = true;
    this.handOut(frame).catch(this.onFailure);
  }

  private async handOut(frame: TextFrame): Promise<void> {
    try {
      await handOut(this.followers, (follower) => follower.take(frame));
    } finally {
      this.isHanding = false;
    }
    this.handWhenDue(crowdSlackMs);
  }
}
