import { type EventLedger, type PlaceState, placeState } from '../../inventory/index.ts';

/** A place that staff are about to take off sale. */
export interface ClaimedPlace {
  readonly placeNo: number;
  readonly ticketId: string;
  readonly ticketTypeId: number;
}

/**
 * Blocks those of the tickets that are free in the ledger, in one turn, so that no customer can hold them while the
 * records follow. What is held or taken stays as it is: the records decide about it.
 */
export function claimFreePlaces(ledger: EventLedger, ticketIds: readonly string[]): readonly ClaimedPlace[] {
  const claimed: ClaimedPlace[] = [];
  for (const ticketId of ticketIds) {
    const place = ledger.stateOf(ticketId);
    if (place?.state !== placeState.available) continue;
    claimed.push({ placeNo: place.placeNo, ticketId, ticketTypeId: place.ticketTypeId });
  }
  ledger.sync(withState(claimed, placeState.blocked));
  return claimed;
}

/** Puts claimed places back on sale: the records could not be asked, and they have the last word at the purchase. */
export function givePlacesBack(ledger: EventLedger, claimed: readonly ClaimedPlace[]): void {
  ledger.sync(withState(claimed, placeState.available));
}

function withState(places: readonly ClaimedPlace[], state: PlaceState) {
  return places.map((place) => ({ ...place, state }));
}
