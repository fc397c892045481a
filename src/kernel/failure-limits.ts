/** One thing by which failures are counted: a session, a card, a network. */
export interface FailureLimit {
  /** So many within a window are borne. */
  readonly max: number;
  readonly windowMs: number;
  /** Whether attempts under way count as failed, so that a hundred at once are no way around. */
  readonly countsAttempts: boolean;
}

/** Who attempts something, by each kind that is counted; null where it has no name of that kind. */
export type Attempter<Kind extends string> = { readonly [kind in Kind]: string | null };

/** Whoever is only refused because of attempts under way may ask again after this. */
const askAgainMs = 1_000;
/** So many names of each kind are remembered; a flood of new ones forgets the oldest of that kind, never the newest. */
const namesMax = 50_000;

/**
 * Counts what fails (declined cards, wrong codes) in fixed windows that begin with the first failure, by several kinds of names
 * at once. A refusal counts nothing. `now` is read from a clock that is never set back, in milliseconds.
 */
export class FailureLimits<Kind extends string> {
  private readonly kinds: readonly [Kind, FailuresOfKind][];

  constructor(limits: Readonly<Record<Kind, FailureLimit>>) {
    const entries = Object.entries(limits) as [Kind, FailureLimit][];
    this.kinds = entries.map(([kind, limit]) => [kind, new FailuresOfKind(limit)]);
  }

  /** Until when this one must wait; null if it may try. */
  waitUntil(who: Attempter<Kind>, now: number): number | null {
    let until: number | null = null;
    for (const [kind, failures] of this.kinds) {
      const name = who[kind];
      const waits = name === null ? null : failures.waitUntil(name, now);
      if (waits !== null && (until === null || waits > until)) until = waits;
    }
    return until;
  }

  /** Notes an attempt that begins. Call what is answered when it has ended. */
  begin(who: Attempter<Kind>): () => void {
    for (const [kind, failures] of this.kinds) failures.attempt(who[kind], 1);
    return () => {
      for (const [kind, failures] of this.kinds) failures.attempt(who[kind], -1);
    };
  }

  failed(who: Attempter<Kind>, now: number): void {
    for (const [kind, failures] of this.kinds) {
      const name = who[kind];
      if (name !== null) failures.failed(name, now);
    }
  }

  /** A success makes up for one failure of this kind. */
  makeUp(kind: Kind, name: string | null, now: number): void {
    if (name !== null) this.kinds.find(([other]) => other === kind)![1].makeUp(name, now);
  }
}

class FailuresOfKind {
  private readonly limit: FailureLimit;
  private readonly counts = new Map<string, { failures: number; readonly endsAt: number }>();
  private readonly underway = new Map<string, number>();

  constructor(limit: FailureLimit) {
    this.limit = limit;
  }

  waitUntil(name: string, now: number): number | null {
    const count = this.current(name, now);
    const failures = count?.failures ?? 0;
    if (failures >= this.limit.max) return count!.endsAt;
    const attempts = this.limit.countsAttempts ? (this.underway.get(name) ?? 0) : 0;
    return failures + attempts >= this.limit.max ? now + askAgainMs : null;
  }

  attempt(name: string | null, change: number): void {
    if (name === null || !this.limit.countsAttempts) return;
    const left = (this.underway.get(name) ?? 0) + change;
    if (left > 0) this.underway.set(name, left);
    else this.underway.delete(name);
  }

  failed(name: string, now: number): void {
    const count = this.current(name, now);
    if (count) {
      count.failures += 1;
      return;
    }
    if (this.counts.size >= namesMax) this.counts.delete(this.counts.keys().next().value!);
    this.counts.set(name, { failures: 1, endsAt: now + this.limit.windowMs });
  }

  makeUp(name: string, now: number): void {
    const count = this.current(name, now);
    if (count && count.failures > 0) count.failures -= 1;
  }

  private current(name: string, now: number) {
    if (this.counts.size === 0) return undefined;
    const count = this.counts.get(name);
    if (!count || count.endsAt > now) return count;
    this.counts.delete(name);
    return undefined;
  }
}
