/** Who tries to pay: what a card tester cannot easily change all at once. */
export interface Payer {
  readonly session: string | null;
  readonly network: string | null;
  /** Stands for the card; null where all share it (the sandbox's plain test cards). */
  readonly card: string | null;
}

/**
 * How many declined cards are borne. Each success from a network makes up for one decline there: a thousand buyers in
 * one office, some of them with empty cards, are let through; a script with a list of stolen numbers is not.
 */
export const declineLimits = {
  session: { declinesMax: 15, windowMs: 600_000 },
  card: { declinesMax: 10, windowMs: 3_600_000 },
  network: { declinesMax: 100, windowMs: 600_000 },
} as const;
type Kind = keyof typeof declineLimits;

interface Count {
  declines: number;
  readonly endsAt: number;
}

/** Whoever is only refused because of attempts under way may ask again after this. */
const askAgainMs = 1_000;
/** So many names of each kind are remembered; a flood of new ones forgets the oldest of that kind, never the newest. */
const namesMax = 50_000;

/**
 * Counts declined cards in fixed windows that begin with the first decline. Attempts under way count as declined for their
 * session and card, so that a hundred at once are no way around; not for their network, where a thousand may pay at once. `now` is
 * read from the clock that is never set back.
 */
export class DeclineLimits {
  private readonly counts: Readonly<Record<Kind, Map<string, Count>>> = {
    session: new Map(),
    card: new Map(),
    network: new Map(),
  };
  private readonly underway = new Map<string, number>();

  /** Until when this payer must wait; null if it may try. */
  waitUntil(payer: Payer, now: number): number | null {
    let until: number | null = null;
    for (const kind of Object.keys(declineLimits) as Kind[]) {
      const { declinesMax } = declineLimits[kind];
      const count = this.current(kind, payer[kind], now);
      const declines = count?.declines ?? 0;
      if (declines >= declinesMax) until = Math.max(until ?? 0, count!.endsAt);
      else if (declines + (this.underway.get(`${kind}:${payer[kind]}`) ?? 0) >= declinesMax) until ??= now + askAgainMs;
    }
    return until;
  }

  /** Notes an attempt that begins. Call what is answered when it has ended. */
  begin({ session, card }: Payer): () => void {
    const keys: string[] = [];
    if (session !== null) keys.push(`session:${session}`);
    if (card !== null) keys.push(`card:${card}`);
    for (const key of keys) this.underway.set(key, (this.underway.get(key) ?? 0) + 1);
    return () => {
      for (const key of keys) {
        const left = this.underway.get(key)! - 1;
        if (left > 0) this.underway.set(key, left);
        else this.underway.delete(key);
      }
    };
  }

  declined(payer: Payer, now: number): void {
    for (const kind of Object.keys(declineLimits) as Kind[]) {
      const name = payer[kind];
      if (name === null) continue;
      const count = this.current(kind, name, now);
      if (count) {
        count.declines += 1;
        continue;
      }
      const counts = this.counts[kind];
      if (counts.size >= namesMax) counts.delete(counts.keys().next().value!);
      counts.set(name, { declines: 1, endsAt: now + declineLimits[kind].windowMs });
    }
  }

  paid({ network }: Payer, now: number): void {
    const count = this.current('network', network, now);
    if (count && count.declines > 0) count.declines -= 1;
  }

  private current(kind: Kind, name: string | null, now: number): Count | undefined {
    const counts = this.counts[kind];
    if (name === null || counts.size === 0) return undefined;
    const count = counts.get(name);
    if (count && count.endsAt <= now) {
      counts.delete(name);
      return undefined;
    }
    return count;
  }
}
