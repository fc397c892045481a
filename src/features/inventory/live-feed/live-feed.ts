import type { TextFrame } from '../../../platform/web-sockets/text-frame.ts';

/**
 * Where the places of events are followed as they change: in the process whose ledger decides, or by its pipe in another. What
 * a follower gets are the frames of `src/contract/live.ts`: made once per event and batch, whoever follows.
 */
export interface LiveFeed {
  /** The event, to be followed at once; null: there is none that the public may see. */
  open(eventId: number): Promise<LiveEvent | null>;
}

export interface LiveEvent {
  /**
   * Follows from here on. The first frame comes before this returns: what has changed since the version that the follower
   * knows, or a snapshot if it knows none, or one of another epoch or too long ago.
   */
  follow(since: string | null, follower: LiveFollower): Following;
}

/** Hears frames in their order: each goes on where the one before ended, or earlier, or is a snapshot. It throws nothing. */
export interface LiveFollower {
  /** `facts`: what pages show besides ({@link PageFacts}), from the feed of the process that decides. */
  take(frame: TextFrame, facts?: () => string): void;
  /** The event is no longer to be seen: no more frames come. */
  gone(): void;
  /**
   * Another process decides about the event now, or a moment ago this one began to: no more frames come from this feed. Only who
   * asks one of several feeds itself needs to know.
   */
  moved?(): void;
}

export interface Following {
  /** Sends again what has changed since a version, or a snapshot: the follower has a gap. */
  resync(since: string | null): void;
  stop(): void;
}
