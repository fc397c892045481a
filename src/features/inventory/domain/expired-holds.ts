import type { Instant } from '../../../kernel/instant.ts';
import { owns } from './owner.ts';
import type { Owner } from './types.ts';

/** For so long the owner of an expired hold hears "expired"; after that it is unknown like any other. */
export const expiredMemoryMs = 15 * 60_000;
/** At most so many are remembered; the oldest are forgotten first. */
export const expiredCountMax = 50_000;

interface ExpiredHold {
  readonly customer: string;
  readonly account: string | null;
  readonly expiredAt: Instant;
}

/** Remembers holds that expired lately, so that their owners hear why they are gone. */
export class ExpiredHolds {
  private readonly byId = new Map<string, ExpiredHold>();

  add(reservationId: string, { customer, account, expiredAt }: ExpiredHold): void {
    this.byId.set(reservationId, { customer, account, expiredAt });
    if (this.byId.size > expiredCountMax) this.byId.delete(this.byId.keys().next().value!);
  }

  /** When the hold expired; undefined for strangers, for what never expired, and for what is forgotten. */
  expiredAt(reservationId: string, owner: Owner, now: Instant): Instant | undefined {
    const hold = this.byId.get(reservationId);
    if (hold === undefined || !owns(hold, owner)) return undefined;
    return now - hold.expiredAt < expiredMemoryMs ? hold.expiredAt : undefined;
  }

  /** Moves all times by so much. */
  shift(byMs: number): void {
    for (const [reservationId, hold] of this.byId) {
      this.byId.set(reservationId, { ...hold, expiredAt: hold.expiredAt + byMs });
    }
  }

  /** Forgets what is too old. They were added in the order of their expiry. */
  prune(now: Instant): void {
    for (const [reservationId, hold] of this.byId) {
      if (now - hold.expiredAt < expiredMemoryMs) return;
      this.byId.delete(reservationId);
    }
  }
}
