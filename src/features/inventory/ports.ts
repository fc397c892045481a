import type { SeatGeometry } from '../seating/domain/geometry.ts';
import type { PlaceChanges } from './commands/change-places.ts';
import type { PayingHolds } from './commands/paying-holds.ts';
import type { PlaceHold } from './commands/place-hold.ts';
import type { LedgerRefresher } from './commands/refresh-ledgers.ts';
import type { ReleaseHolds } from './commands/release-holds-of.ts';
import type { LivePlaces } from './queries/live-places.ts';

/** The seating plans, as far as a ledger is built on one. */
export interface SeatingPlans {
  /** The geometry of a plan that events are sold on; throws if it is gone. */
  geometryOf(seatingPlanId: number): Promise<SeatGeometry>;
}

/**
 * What other slices may do with places and holds, by name. A method is one turn of one event's ledger wherever it decides;
 * the ledger itself, and the event it is loaded for, are handed to nobody.
 */
export interface Inventory
  extends PayingHolds,
    PlaceChanges,
    LivePlaces,
    Pick<LedgerRefresher, 'refresh' | 'refreshRules' | 'syncTickets'> {
  readonly placeHold: PlaceHold;
  readonly releaseHolds: ReleaseHolds;
}
