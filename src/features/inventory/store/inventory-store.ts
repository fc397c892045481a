import type { Instant } from '../../../kernel/instant.ts';
import type { Fence } from '../../../platform/ownership/ownership.ts';
import type { FenceState } from '../../../platform/ownership/postgres-fenced-slots.ts';
import type { JournaledHold, PlaceRow, Purchase, ReadHold, SaleRules } from '../domain/types.ts';

/** What a ledger needs to know about its event. */
export interface EventForSale {
  readonly rules: SaleRules;
  readonly seatingPlanId: number | null;
  /** About how many places it has. */
  readonly capacity: number;
  /** Names the content of the plan: the seat map's address. Null for general admission. */
  readonly seatMapHash: string | null;
  /** False while it is a draft or switched off: the public does not know it. */
  readonly isPublic: boolean;
  /** Another one after every edit of the event or its ticket types; counters do not change it. */
  readonly version: string;
}

/** The tables behind the ledgers. */
export interface InventoryStore {
  /** The event's sale rules as committed now; null if there is no such event. */
  loadEvent(eventId: number): Promise<EventForSale | null>;
  /** What {@link loadEvent} would say now as the version of each; events that are gone are left out. */
  readVersions(eventIds: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /**
   * Hands out all live places of an event in chunks, from the last to the first. A chunk is not asked for before the last
   * one is taken, and others have their turn in between.
   */
  eachPlaces(eventId: number, take: (places: readonly PlaceRow[]) => void): Promise<void>;
  /** Live places of these tickets; tickets that are cancelled or unknown are left out. */
  loadPlacesOf(eventId: number, ticketIds: readonly string[]): Promise<PlaceRow[]>;
  /**
   * Holds of the journal that end after `now`, or ended just before it (the ledger releases those at once), or whose payment is under
   * way or has come to nothing since then; not those that were bought.
   */
  loadHolds(eventId: number, now: Instant): Promise<ReadHold[]>;
  /** The reservations of an event's holds that were bought, and whose end the journal does not know: their owner lost the event before. */
  loadBought(eventId: number): Promise<string[]>;
  /** Tickets that are reserved or sold with a booking, by booking: whom they count for, and which codes it used. */
  loadPurchases(eventId: number): Promise<Purchase[]>;
  /** The event of a ticket, live or not; null if unknown. */
  findEventOfTicket(ticketId: string): Promise<number | null>;
  /** The reservation that a booked ticket was bought with; null if it has no booking. */
  findReservationOfTicket(ticketId: string): Promise<string | null>;
  /**
   * Writes what changed in the ledgers since the last call, in one transaction, as far as the fences are still there. Answers
   * those that are not, of which nothing was written.
   */
  saveJournal(kept: readonly KeptHold[], ended: readonly EndedHold[]): Promise<ReadonlyMap<Fence, LostFence>>;
  /**
   * Takes holds out of the journal that ended before `before` and whose end was never noted there: their process had died. One whose
   * payment is under way stays.
   */
  forgetHolds(before: Instant): Promise<void>;
}

export interface KeptHold {
  readonly eventId: number;
  readonly hold: JournaledHold;
  /** What its ledger was read under. */
  readonly fence: Fence;
}

export interface EndedHold {
  readonly reservationId: string;
  readonly fence: Fence;
}

/** `gone`: another process decides about the event. `busy`: one is about to; the next time it does, or this one still does. */
export type LostFence = Exclude<FenceState, 'held'>;
