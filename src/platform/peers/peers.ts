import type { Owner } from '../ownership/ownership.ts';

/**
 * How one process of Onsale asks another. What holds for each adapter, and is asked by `peers.contract.ts`:
 *
 * - Each question ends in one of four ways: an answer, {@link PeerRefused} or {@link PeerUnreached} (certainly nothing was
 *   done), {@link PeerUnknown} (something may have been done, or still is). The same command id finds the first answer.
 * - Answers come one by one, in any order: a slow one delays no other.
 * - All that is kept is bounded, and every question ends at its deadline.
 *
 * Adapters: `tcp-peers.ts` between processes, `in-process-peers.ts` for tests and simulations.
 */
export interface Peers {
  /** Asks another process and resolves with its answer. Throws a {@link PeerFailure}. */
  ask(to: Owner, request: PeerRequest): Promise<unknown>;
  /**
   * Follows what another process shows. Frames come in order until either side ends it or the connection breaks: it is not begun
   * again by itself. Neither function of `on` is called before this returns, and none after `stop`.
   */
  follow(to: Owner, request: Pick<PeerRequest, 'name' | 'body'>, on: FollowEvents): Followed;
  /** Answers questions of this name. */
  answer(name: string, handler: AnswerHandler): void;
  /** Answers who follows by this name. */
  answerFollowers(name: string, handler: FollowHandler): void;
  /**
   * Ends all connections, once the answers that are ready have left. What is still asked ends as if they had broken.
   */
  close(): Promise<void>;
}

export interface PeerRequest {
  /** What is asked for; another version of Onsale may not know it. */
  readonly name: string;
  /** A JSON value; of at most {@link requestBytesMax}. */
  readonly body: unknown;
  /**
   * Names the command, however often it is asked: whoever made it up asks again by it when the outcome is unknown. Null: to
   * be asked twice is harmless, and the answer need not be kept.
   */
  readonly commandId: string | null;
  /** After so long nobody waits for the answer: less than the client has. */
  readonly timeLeftMs: number;
  /** How often this was asked of another process already: 0 if it came from a client, else what {@link Asked} says. */
  readonly hops: number;
}

/** What an answering process knows of a question. */
export interface Asked {
  /** The id of the process that asks. */
  readonly from: string;
  /** The fence under which it takes us for the owner. */
  readonly fence: number;
  readonly commandId: string | null;
  /** When nobody waits any more, by our own `clock.measure()`. */
  readonly deadline: number;
  /** One more than the asking process had: it only counts up. */
  readonly hops: number;
}

/**
 * Answers with a JSON value, at once or by a promise. Throws {@link PeerRefused} only while nothing was done; whatever else it
 * throws leaves the outcome unknown.
 */
export type AnswerHandler = (body: unknown, asked: Asked) => unknown;

/** Whoever follows, as the answering process has it. */
export interface Follower {
  readonly from: string;
  readonly fence: number;
  /** Sends a frame; ends the follower as too busy instead if it does not read. */
  send(frame: string): void;
  /** Ends it: with a reason, or in order. */
  end(refusal?: PeerRefusal): void;
}

/** What the answering process does for a follower. `stopped` is called once, however it ended, unless by {@link Follower.end}. */
export interface Following {
  heard?(body: unknown): void;
  stopped(): void;
}

/** Begins to show something. Throws {@link PeerRefused} if it does not. */
export type FollowHandler = (body: unknown, follower: Follower) => Following;

export interface FollowEvents {
  frame(text: string): void;
  /** Null: the other process has ended it in order. */
  ended(why: PeerFailure | null): void;
}

/** What was followed, as the following process has it. */
export interface Followed {
  /** The other process has not been heard for about a second, or is not connected: what it has shown may be out of date. */
  readonly isSilent: boolean;
  send(body: unknown): void;
  stop(): void;
}

/** Why a process did nothing. */
export type PeerRefusal =
  /** Whom it takes for the owner, and under which fence: to be followed to a higher one only. Null: it knows nobody. */
  | { readonly why: 'not mine'; readonly owner: Owner | null }
  /** At that address is another process: the one that was meant has ended. */
  | { readonly why: 'wrong process'; readonly processId: string }
  /** It runs another version, which does not know the name. */
  | { readonly why: 'unknown request' }
  | { readonly why: 'too busy'; readonly retryAfterMs: number }
  /** There was no time left when its turn came. */
  | { readonly why: 'late' }
  | { readonly why: 'too many hops' };

export abstract class PeerFailure extends Error {}

/** Certainly nothing was sent: it may be asked again, here or elsewhere. */
export class PeerUnreached extends PeerFailure {
  override readonly name = 'PeerUnreached';
}

/** It was sent, and there is no answer: whether anything was done is not known. */
export class PeerUnknown extends PeerFailure {
  override readonly name = 'PeerUnknown';
}

/** The other process, or our own side of the pipe, did nothing, and says why. */
export class PeerRefused extends PeerFailure {
  override readonly name: string = 'PeerRefused';
  readonly refusal: PeerRefusal;
  constructor(refusal: PeerRefusal) {
    super(`Refused: ${refusal.why}`);
    this.refusal = refusal;
  }
}

/** The event is another's. `owner`: whose, as far as the refusing process knows. */
export class NotMine extends PeerRefused {
  override readonly name = 'NotMine';
  readonly owner: Owner | null;
  constructor(owner: Owner | null) {
    super({ why: 'not mine', owner });
    this.owner = owner;
  }
}

export const requestBytesMax = 1024 * 1024;
export const answerBytesMax = 16 * 1024 * 1024;
/** One hop to the owner, and one further where the owner was another. */
export const hopsMax = 2;

/** What is bounded, for each process that is asked or asks. */
export interface PeerBounds {
  /** Questions under way. */
  readonly underWay: number;
  /** What is followed: it may be for as long as somebody looks, and takes no question its place. */
  readonly followed: number;
  /** Characters that wait to be sent. */
  readonly queued: number;
}

export const peerBounds: PeerBounds = { underWay: 4_096, followed: 16_384, queued: 16 * 1024 * 1024 };

/** What came of a question, for metrics. */
export type AskOutcome = 'answered' | 'refused' | 'unreached' | 'unknown';

/** What every adapter works with. */
export interface PeersParts {
  /** What names this process now: another id after it was declared dead. */
  readonly processId: () => string;
  readonly onAsk?: (name: string, outcome: AskOutcome, ms: number) => void;
  /** Hears what an operator should know: a handler that failed, a peer with another secret. */
  readonly onFailure: (what: string, error: unknown) => void;
  readonly bounds?: PeerBounds;
}
