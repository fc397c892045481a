import type { Instant } from '../../../kernel/instant.ts';

/** A hold as others may read it: nothing in it is about a person. */
export interface HoldCopy {
  readonly reservationId: string;
  readonly eventId: number;
  readonly tickets: readonly { readonly ticketId: string; readonly ticketTypeId: number; readonly rate: string }[];
  /** ISO 8601, UTC. */
  readonly expiresAt: string;
  readonly renewals: number;
}

/** Where copies of live holds lie for other services. It may lose them at any time; nothing is decided by them. */
export interface HoldCopies {
  /** Nothing can be written now. */
  readonly isAway: boolean;
  /** Puts copies there until their deadline, in place of earlier ones, and takes others away. Rejects where it could not do all of it. */
  write(kept: readonly { readonly copy: HoldCopy; readonly until: Instant }[], ended: readonly string[]): Promise<void>;
  /** Calls whenever it may have lost what lay there. */
  onLost(listener: () => void): void;
}
