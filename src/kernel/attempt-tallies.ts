import {
  type AttemptEnd,
  type Attempter,
  type AttemptLimit,
  type AttemptLimits,
  currentTally,
  endChanges,
  type RefusedAttempt,
  refusedUntil,
  type Tally,
  waitUntil,
  withAttempt,
  withEnd,
} from './attempt-limits.ts';

/** An attempt that was let through; `end` it with the time it ended. Only the first end counts. */
export interface TalliedAttempt {
  readonly allowed: true;
  end(how: AttemptEnd, now: number): void;
}

/** So many names of each kind are remembered. */
const namesUsually = 100_000;

/**
 * What is counted of attempts, in memory. Bounded by kind: a flood of names makes room by the windows of that kind that would end
 * first. A refusal counts nothing and forgets nobody. `now` is read from a clock that is never set back, in milliseconds.
 */
export class AttemptTallies<Kind extends string> {
  private readonly kinds: readonly { readonly kind: Kind; readonly tallies: TalliesOfKind }[];

  constructor(limits: AttemptLimits<Kind>, namesMax: number = namesUsually) {
    const entries = Object.entries(limits) as [Kind, AttemptLimit][];
    this.kinds = entries.map(([kind, limit]) => ({ kind, tallies: new TalliesOfKind(limit, namesMax) }));
  }

  begin(who: Attempter<Kind>, now: number): TalliedAttempt | RefusedAttempt {
    const { kinds } = this;
    let until: number | null = null;
    for (const { kind, tallies } of kinds) {
      const name = who[kind];
      const waits = name === null ? null : waitUntil(tallies.limit, tallies.find(name), now);
      if (waits !== null && (until === null || waits > until)) until = waits;
    }
    if (until !== null) return refusedUntil(until, now);
    const begunIn = kinds.map(({ kind, tallies }) => {
      const name = who[kind];
      return name === null ? undefined : tallies.begin(name, now);
    });
    let isOver = false;
    return {
      allowed: true,
      end(how, endedAt) {
        if (isOver) return;
        isOver = true;
        kinds.forEach(({ kind, tallies }, i) => {
          const name = who[kind];
          if (name !== null) tallies.end(name, { end: how, begunIn: begunIn[i], now: endedAt });
        });
      },
    };
  }
}

/** What is counted by one kind of names, in the order its windows began, which is the order they end in. */
class TalliesOfKind {
  readonly limit: AttemptLimit;
  private readonly max: number;
  private readonly byName = new Map<string, Tally>();

  constructor(limit: AttemptLimit, max: number) {
    this.limit = limit;
    this.max = max;
  }

  find(name: string): Tally | undefined {
    return this.byName.get(name);
  }

  /** Counts an attempt; answers until when its window lasts, if it is counted. */
  begin(name: string, now: number): number | undefined {
    if (this.limit.attemptsCount === 'not') return undefined;
    const after = withAttempt(this.limit, this.byName.get(name), now)!;
    this.keep(name, after, now);
    return after.endsAt;
  }

  end(name: string, ended: Parameters<typeof withEnd>[2]): void {
    const before = this.byName.get(name);
    if (!endChanges(this.limit, ended.end) || (before === undefined && ended.end !== 'failed')) return;
    const after = withEnd(this.limit, before, ended);
    if (after === undefined) this.byName.delete(name);
    else this.keep(name, after, ended.now);
  }

  private keep(name: string, tally: Tally, now: number): void {
    const before = this.byName.get(name);
    // A new window stands behind all that began before it.
    if (before !== undefined && before.endsAt !== tally.endsAt) this.byName.delete(name);
    if (before?.endsAt !== tally.endsAt) {
      for (const [oldest, old] of this.byName) {
        if (currentTally(this.limit, old, now) !== undefined && this.byName.size < this.max) break;
        this.byName.delete(oldest);
      }
    }
    this.byName.set(name, tally);
  }
}
