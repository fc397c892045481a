/**
 * Keeps apart what several of us change in many steps: staff, jobs, other processes, and where the locks lie in Redis, other services.
 * It spares them refusals and is no proof: whoever stood still for longer than its lease works beside another without knowing it. So
 * whatever is written compares what it was decided on (a version, a fence), and a purchase takes no lock at all.
 */
export interface Locks {
  /**
   * Runs `work` while it alone has all these names, and gives them back whatever comes of it. Throws {@link Locked}, without having
   * begun, if they could not all be had in time. A name that is had already is not had again: `work` must not ask for one of its own.
   */
  withLock<T>(names: readonly string[], work: () => Promise<T>): Promise<T>;
}

/** Somebody else has one of the names, and had it for as long as we wait. Nothing was done. */
export class Locked extends Error {
  override readonly name = 'Locked';
  constructor(names: readonly string[]) {
    super(`Somebody else has ${names.length > 3 ? `one of ${names.length} locks` : names.join(', ')}`);
  }
}

/** In milliseconds. */
export interface LockTimes {
  /** A lock whose holder says nothing for so long is free. A holder that works renews it long before. */
  readonly leaseMs: number;
  /** Nobody waits longer to have one. */
  readonly waitMs: number;
  /** Between two attempts, on average. */
  readonly retryMs: number;
}

/** Other services that take our locks find these in docs/redis-names.md. */
export const lockTimes: LockTimes = { leaseMs: 30_000, waitMs: 5_000, retryMs: 100 };

/**
 * How an attempt to have a lock ended: had it; refused, as somebody else had it all the time; had it in this process alone, as Redis is
 * away; lost: the lease of a work under way ran out.
 */
export type LockOutcome = 'had' | 'refused' | 'alone' | 'lost';

/** Hears each outcome, and after how many milliseconds of waiting (of a lost one: of work). */
export type OnLock = (outcome: LockOutcome, ms: number) => void;
