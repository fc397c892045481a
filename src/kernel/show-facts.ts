import type { Instant } from './instant.ts';

/** A show as its buyers know it: when, by which clock, and where. */
export interface ShowFacts {
  readonly startsAt: Instant;
  readonly doorsAt: Instant | null;
  readonly endsAt: Instant | null;
  readonly timeZone: string;
  readonly venue: string;
  readonly address: string | null;
}

/**
 * What happens to a show after it was announced. `resumed`: on sale again after it was postponed, at the same date or
 * another. `moved`: to another time or place. `updated`: what takes nothing from whoever wants to go (doors, end, an address).
 */
export type ShowChangeKind = 'cancelled' | 'postponed' | 'resumed' | 'moved' | 'updated';
