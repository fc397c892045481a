/** What a client asked for and heard. Times are milliseconds of one clock that all clients share. */
export interface Entry {
  /** Who did it, and whose limit counts. */
  readonly client: string;
  readonly kind: 'hold' | 'release' | 'renew' | 'buy' | 'cancel' | 'see';
  /** When it was first sent; a retry with the same key is the same call. */
  readonly from: number;
  /** When the last answer had come; null: there was none, and it may be done at any time after, or never. */
  readonly until: number | null;
  /**
   * `done`; `gone`: the hold is no more; `taken`: places are somebody else's; `limit`, `sold out`: more than may be, or is; `declined`: the
   * card, and the hold stays; `unknown`: nobody knows; `refused`: nothing was done, and nothing follows from that.
   */
  readonly said: 'done' | 'gone' | 'taken' | 'limit' | 'sold out' | 'declined' | 'unknown' | 'refused';
  /** The hold that it is about; null while it has no name. */
  readonly hold: string | null;
  /**
   * Its places: those that were asked for, until an answer names them; those that are taken, where it says so. Of a hold of which nobody
   * knows: none means any of its type.
   */
  readonly places: readonly string[];
  /** The ticket type of its places; left out: not known, or several. */
  readonly type?: number;
  /** How many places were asked for, where they are not named. */
  readonly count?: number;
  /** How long the hold lasts at least, as far as the answer says. */
  readonly lastsUntil?: number;
  /** And at most; left out: exactly so long. */
  readonly endsBy?: number;
}

/** A process was killed, or stopped for so long. */
export interface Fault {
  readonly from: number;
  readonly until: number;
}

/** A sale as its clients saw it. */
export interface History {
  readonly entries: readonly Entry[];
  readonly faults: readonly Fault[];
  /** Every place there is, and whose it is at the end, when all has come to rest: the hold it was bought by, or null. Null: nobody looked. */
  readonly places: ReadonlyMap<string, string | null> | null;
  /** How many places each ticket type has. */
  readonly capacity: ReadonlyMap<number, number>;
  readonly endsAt: number;
  /** How long a hold lasts at least, of which nobody has heard. */
  readonly holdMs: number;
  /** How many places a client may have; left out: any number. */
  readonly limitPerClient?: number;
}

/**
 * What a process has decided and not written when it is killed, or loses its events, is lost: holds and their ends reach the journal
 * within 200 ms. As much again for a busy machine, on either side of the fault.
 */
const unwrittenMs = 1_000;

/** Whether what was decided in this call may have been lost. */
export function mayBeLost(entry: Entry, faults: readonly Fault[]): boolean {
  const until = entry.until ?? Number.POSITIVE_INFINITY;
  return faults.some((fault) => entry.from <= fault.until + unwrittenMs && until >= fault.from - unwrittenMs);
}

/** From when on it may be lost: when the first fault begins that it lies beside. */
export function lostFrom(entry: Entry, faults: readonly Fault[]): number {
  return Math.min(...faults.filter((fault) => mayBeLost(entry, [fault])).map(({ from }) => from - unwrittenMs));
}

/** How many places it asks for, or has. */
export const countOf = ({ places, count }: Entry): number => Math.max(places.length, count ?? 0);

export const never = Number.POSITIVE_INFINITY;
