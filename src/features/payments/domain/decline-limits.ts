import type { Instant } from '../../../kernel/instant.ts';

/** Who tries to pay: what a card tester cannot easily change all at once. */
export interface Payer {
  readonly session: string | null;
  readonly address: string | null;
  /** Stands for the card; null where all share it (the sandbox's plain test cards). */
  readonly card: string | null;
}

/**
 * How many declined cards are borne. Each success behind an address makes up for one decline there: a thousand buyers in
 * one office, some of them with empty cards, are let through; a script with a list of stolen numbers is not.
 */
export const declineLimits = {
  session: { declinesMax: 15, windowMs: 600_000 },
  card: { declinesMax: 10, windowMs: 3_600_000 },
  address: { declinesMax: 100, windowMs: 600_000 },
} as const;
type Kind = keyof typeof declineLimits;

interface Count {
  declines: number;
  readonly endsAt: Instant;
}

/** Whoever is only refused because of attempts under way may ask again after this. */
const askAgainMs = 1_000;
/** So many names of a kind are remembered; a flood of new ones forgets the oldest, never the newest. */
const namesMax = 50_000;

/**
 * Counts declined cards in fixed windows that begin with the first decline. Attempts under way count as declined for their
 * session and card, so that a hundred at once are no way around; not for their address, where a thousand may pay at once.
 */
export class DeclineLimits {
  private readonly counts = new Map<string, Count>();
  private readonly underway = new Map<string, number>();

  /** Until when this payer must wait; null if it may try. */
  waitUntil(payer: Payer, now: Instant): Instant | null {
    let until: Instant | null = null;
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

  declined(payer: Payer, now: Instant): void {
    for (const kind of Object.keys(declineLimits) as Kind[]) {
      const name = payer[kind];
      if (name === null) continue;
      const count = this.current(kind, name, now);
      if (count) count.declines += 1;
      else this.counts.set(`${kind}:${name}`, { declines: 1, endsAt: now + declineLimits[kind].windowMs });
    }
    if (this.counts.size > namesMax) this.counts.delete(this.counts.keys().next().value!);
  }

  paid({ address }: Payer, now: Instant): void {
    const count = this.current('address', address, now);
    if (count && count.declines > 0) count.declines -= 1;
  }

  private current(kind: Kind, name: string | null, now: Instant): Count | undefined {
    if (name === null || this.counts.size === 0) return undefined;
    const key = `${kind}:${name}`;
    const count = this.counts.get(key);
    if (count && count.endsAt <= now) {
      this.counts.delete(key);
      return undefined;
    }
    return count;
  }
}
