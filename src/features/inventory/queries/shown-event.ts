import type { Instant } from '../../../kernel/instant.ts';
import type { TypeAvailability } from '../domain/types.ts';

/** An event as pages show it, as it is at the moment of asking: by its ledger, or by what the process says that has it. */
export interface ShownEvent {
  readonly eventId: number;
  /** Another process decides about it. */
  readonly isFollowed: boolean;
  /** Of its places. */
  readonly version: string;
  /** Counts what changes besides; only together with the version, and of this event alone. */
  readonly revision: number;
  /** When the first of all its holds lapses. */
  readonly nextExpiryAt: Instant | null;
  /** The types that anybody may see. */
  ticketTypes(): readonly TypeAvailability[];
  /** Where its seat map lies; null: it has none. */
  readonly geometry: string | null;
  /** A letter per place. */
  states(): string;
  /** Places that have changed after a version, with their letters; null if nobody knows. */
  changesSince(version: string): readonly [placeNo: number, letter: string][] | null;
}

/** The events that the public may see. */
export interface ShownEvents {
  /** At once; null: ask {@link open}. */
  now(eventId: number): ShownEvent | null;
  /**
   * Null: there is no such event. `isUpToDate`: all is in it that was decided before this was asked, for somebody who may have
   * decided it. Rejects with NotOwned where nobody can be asked.
   */
  open(eventId: number, isUpToDate: boolean): Promise<ShownEvent | null>;
}
