import type { Clock } from '../../../platform/clock/clock.ts';
import type { TextFrame } from '../../../platform/web-sockets/text-frame.ts';
import { crowd, crowdEveryMs, handOut } from './crowds.ts';
import type { FollowedFrames } from './followed-frames.ts';
import type { LiveFollower } from './live-feed.ts';

/**
 * Hands the frames of an event that is followed by a pipe on to all who follow it here, one after the other. A crowd gets one every
 * {@link crowdEveryMs} at most, and nobody the next one before all have the last: what comes meanwhile is one frame then.
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
    this.handWhenDue();
  }

  /** Nothing is handed out any more. */
  end(): void {
    this.owed = null;
    this.cancelTimer?.();
  }

  private handWhenDue(): void {
    if (this.owed === null || this.isHanding || this.cancelTimer !== null) return;
    const early = this.followers.size < crowd ? 0 : this.handedAt + crowdEveryMs - this.clock.measure();
    if (early > 0) {
      const cancel = this.clock.after(early, () => {
        this.cancelTimer = null;
        this.handWhenDue();
      });
      this.cancelTimer = () => {
        this.cancelTimer = null;
        cancel();
      };
      return;
    }
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
    this.handWhenDue();
  }
}
