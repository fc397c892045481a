import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Fence, Ownership } from '../../../platform/ownership/ownership.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { EventLedger } from '../domain/ledger.ts';
import { type Hold, type PlaceState, placeState } from '../domain/types.ts';
import type { EventLedgers } from './event-ledgers.ts';
import { forgetHolds } from './expire-holds.ts';
import type { HoldJournal } from './journal-holds.ts';
import type { PlacedHold, PlaceHold, PlaceHoldInput, PlaceHoldRefusal } from './place-hold.ts';
import { type PlacesTaken, takeOutFreePlaces } from './withdraw-tickets.ts';

/** A place that a change takes out of the ledger, or puts back. */
interface TakenPlace {
  readonly placeNo: number;
  readonly ticketId: string;
  readonly ticketTypeId: number;
}

/**
 * What staff and the catalogue do with places: the ledger makes way first, in one turn, so that no customer can hold what
 * is about to change; then the database decides; then the ledger follows it, whatever came of the change.
 */
export interface PlaceChanges {
  /**
   * Lets `change` move these tickets in the database; the ledger reads them again afterwards, whatever came of it. With
   * `takesOff`, those that are free leave the sale first, so that no customer can hold them meanwhile; what is held or
   * taken stays as it is: the database decides about it. Throws what `change` throws. `change` hears under which fence.
   */
  moveTickets<T>(
    tickets: { readonly eventId: number; readonly ticketIds: readonly string[]; readonly takesOff: boolean },
    change: (fence: Fence) => Promise<T>,
  ): Promise<T>;
  /**
   * Lets `change` give a ticket type another capacity in the database; the ledger reads the event again afterwards, whatever
   * came of it. With `keep`, free places leave the ledger first until so many are left, the highest numbers first: `change`
   * hears which tickets it is to withdraw, and under which fence ({@link PlaceChanges.fenceOf}). Refuses, and changes nothing,
   * if more than `keep` are held, reserved or sold.
   */
  changeCapacity<T>(
    type: { readonly eventId: number; readonly ticketTypeId: number; readonly keep: number | null },
    change: (withdrawn: readonly string[], fence: Fence | null) => Promise<T>,
  ): Promise<Decision<T, PlacesTaken>>;
  /** Lets `change` add places to an event; `ticketIds` then answers their tickets, in the order of the places. */
  ticketsAddedBy<T>(eventId: number, change: () => Promise<T>): Promise<{ value: T; ticketIds(): Promise<string[]> }>;
  /**
   * Holds places of an organiser's event for its staff. Some may be kept back (blocked): these are freed in the database
   * first (`unblock`), while the ledger still calls them blocked, and held in the turn in which the ledger learns it, so
   * that nobody comes between.
   */
  holdForStaff<Refusal>(
    input: PlaceHoldInput,
    options: {
      readonly organizerId: number;
      readonly unblock: (ticketIds: readonly string[]) => Promise<Decision<unknown, Refusal>>;
    },
  ): Promise<Decision<PlacedHold, PlaceHoldRefusal | Refusal>>;
  /** Ends a hold that is still as it was; answers false if it has ended, been paid for, or gone into payment meanwhile. */
  endHold(seen: Hold): boolean;
  /**
   * Ends all holds of an event that are not in payment. Its ledger is loaded first: after a restart the holds are still in
   * the journal alone, and would come back with it.
   */
  endHolds(eventId: number): Promise<void>;
  /** The event is gone: its holds end, and its ledger leaves memory. */
  forget(eventId: number): Promise<void>;
  /**
   * The fence for a change of the event that the database alone decides, and the ledger follows; null: another process decides
   * about the event, and hears of it after the commit.
   */
  fenceOf(eventId: number): Fence | null;
}

export function createPlaceChanges(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly placeHold: PlaceHold;
  readonly ownership: Pick<Ownership, 'fenceOf'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
}): PlaceChanges {
  const { ledgers, placeHold, ownership, clock } = parts;

  return {
    async moveTickets({ eventId, ticketIds, takesOff }, change) {
      const { ledger, fence } = (await ledgers.open(eventId)) ?? missing(eventId);
      const claimed = takesOff ? placesIn(ledger, ticketIds, placeState.available) : [];
      ledger.sync(withState(claimed, placeState.blocked));
      try {
        return await ledgers.withholding(
          claimed.map(({ ticketId }) => ticketId),
          () => change(fence),
        );
      } finally {
        await ledgers.syncTickets(eventId, ticketIds).catch(() => {
          // The database could not be asked, and it has the last word at the purchase.
          ledger.sync(withState(claimed, placeState.available));
        });
      }
    },
    async changeCapacity({ eventId, ticketTypeId, keep }, change) {
      let withdrawn: readonly string[] = [];
      let fence = ownership.fenceOf(eventId);
      if (keep !== null) {
        const { ledger, fence: ofLedger } = (await ledgers.open(eventId)) ?? missing(eventId);
        fence = ofLedger;
        const taken = takeOutFreePlaces(ledger, { ticketTypeId, keep, now: clock.now() });
        if (!taken.accepted) return taken;
        withdrawn = taken.value;
      }
      try {
        return accept(await ledgers.withholding(withdrawn, () => change(withdrawn, fence)));
      } finally {
        // Also after a failure: the ledger may have given up places that the database still has.
        await ledgers.refresh(eventId);
      }
    },
    async ticketsAddedBy(eventId, change) {
      const placesNow = async () => (await ledgers.open(eventId)) ?? missing(eventId);
      const before = Uint8Array.from((await placesNow()).ledger.states(clock.now()));
      const value = await change();
      async function ticketIds(): Promise<string[]> {
        const { ledger } = await placesNow();
        const ids: string[] = [];
        for (const [placeNo, state] of ledger.states(clock.now()).entries()) {
          const isNew = state !== placeState.none && (before[placeNo] ?? placeState.none) === placeState.none;
          if (isNew) ids.push(ledger.ticketIdAt(placeNo)!);
        }
        return ids;
      }
      return { value, ticketIds };
    },
    async holdForStaff(input, { organizerId, unblock }) {
      const { eventId, request } = input;
      const event = await ledgers.open(eventId);
      if (event?.ledger.rules.organizerId !== organizerId) return refuse({ code: 'EVENT_NOT_FOUND' });
      const kept = placesIn(event.ledger, request.ticketIds ?? [], placeState.blocked);
      if (kept.length === 0) return placeHold(input);
      const ticketIds = kept.map(({ ticketId }) => ticketId);
      return ledgers.withholding(ticketIds, async () => {
        const freed = await unblock(ticketIds);
        if (!freed.accepted) return freed;
        ledgers.loaded(eventId)?.ledger.sync(withState(kept, placeState.available));
        return placeHold(input);
      });
    },
    endHold(seen) {
      const event = ledgers.loaded(seen.eventId);
      const found = event?.ledger.find(seen.reservationId, null, clock.now());
      if (!event || !found?.accepted || found.value.status === 'paying') return false;
      event.ledger.drop(seen.reservationId);
      forgetHolds(parts, event, [found.value], 'dropped');
      return true;
    },
    async endHolds(eventId) {
      await ledgers.open(eventId);
      await ledgers.endHolds(eventId);
    },
    async forget(eventId) {
      await ledgers.endHolds(eventId);
      ledgers.forget(eventId);
    },
    fenceOf: (eventId) => ownership.fenceOf(eventId),
  };
}

function missing(eventId: number): never {
  throw new Error(`There is no event ${eventId}`);
}

/** Those of the tickets whose place is in this state. */
function placesIn(ledger: EventLedger, ticketIds: readonly string[], state: PlaceState): TakenPlace[] {
  return ticketIds.flatMap((ticketId) => {
    const place = ledger.stateOf(ticketId);
    return place?.state === state ? [{ ticketId, placeNo: place.placeNo, ticketTypeId: place.ticketTypeId }] : [];
  });
}

function withState(places: readonly TakenPlace[], state: PlaceState) {
  return places.map((place) => ({ ...place, state }));
}
