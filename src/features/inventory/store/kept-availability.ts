import type { TypeNumbers } from '../../../contract/inventory.ts';

/** What others may read of a ticket type, as its event's owner last said it. */
export interface KeptNumbers extends TypeNumbers {
  readonly eventId: number;
  /** When the first of its holds lapses, in ISO 8601; null: nothing of it is held. */
  readonly nextExpiryAt: string | null;
  /** Of the event's places, as live answers have it: types of one event are of one moment where it is the same. */
  readonly version: string;
  /** Under which the owner decides; null where one process decides about everything. */
  readonly fence: number | null;
  /** When it was said, in ISO 8601. */
  readonly asOf: string;
}

/** Copies of availability that other services and processes may read. They may be lost, late or missing: no decision reads them. */
export interface KeptAvailability {
  /** No copy can be read or written now. */
  readonly isAway: boolean;
  /** Writes copies and takes away those of other types, all or (rejecting) perhaps not all. */
  write(types: readonly KeptNumbers[], hiddenTypeIds: readonly number[]): Promise<void>;
  /** The copies of these types, null where there is none. Rejects where they cannot be read. */
  read(ticketTypeIds: readonly number[]): Promise<readonly (KeptNumbers | null)[]>;
  /** Called when copies may have been lost. */
  onLost(listener: () => void): void;
}
