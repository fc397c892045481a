import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { Fence } from '../../../platform/ownership/ownership.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { EventLedger } from '../domain/ledger.ts';
import { attemptsLeft } from '../domain/payment-attempts.ts';
import { eventOfReservation } from '../domain/reservation-id.ts';
import type { Buyer, Hold, HoldPayment, LimitRefusal, Owner, ReservationRefusal, SaleRules } from '../domain/types.ts';
import type { EventLedgers, LoadedEvent } from './event-ledgers.ts';
import { forgetHolds } from './expire-holds.ts';
import type { HoldJournal } from './journal-holds.ts';

/** By what a hold is found: a hold is one itself, and so is its booking. */
export interface HoldRef {
  readonly eventId: number;
  readonly reservationId: string;
}

/** A hold and the booking that it was frozen for; left out: whichever that is. */
export interface FrozenRef extends HoldRef {
  readonly payment?: Pick<HoldPayment, 'bookingId'>;
}

/** A hold in payment, and what the ledger has decided that under. */
export interface FrozenHold {
  readonly hold: Hold;
  readonly fence: Fence;
}

/** What an event says of who may buy, and of what a buyer must say. */
export type Sale = Pick<SaleRules, 'eventId' | 'organizerId' | 'refusesGuests' | 'asksAttendeeNames'>;

/**
 * What a purchase does with the hold that it pays for. Each method is one turn of the event's ledger, with its journal and
 * its metrics; those that answer a promise read the database besides. A ledger that is not in memory has no holds. `find` and
 * `freeze` throw NotOwned where another process decides about the event.
 */
export interface PayingHolds {
  /** The sale of the event that a reservation id names: at once if its ledger is in memory. Null: there is no such event. */
  saleOf(reservationId: string): Sale | null | Promise<Sale | null>;
  /** The hold as its owner sees it (staff: null). */
  find(hold: HoldRef, owner: Owner): Decision<Hold, ReservationRefusal>;
  /** Freezes it for a payment, see {@link EventLedger.freeze}; the payment is begun under the fence that comes with it, or not at all. */
  freeze(
    hold: HoldRef,
    owner: Owner,
    options: { readonly graceMs: number; readonly payment: HoldPayment; readonly buyer?: Buyer | undefined },
  ): Decision<FrozenHold, ReservationRefusal | LimitRefusal>;
  /** No payment was begun after all: the attempt does not count. */
  unfreeze(hold: FrozenRef): void;
  /** No payment was begun, and nobody wants the places any more: they are as the database says. */
  abandon(hold: HoldRef, ticketIds: readonly string[]): Promise<void>;
  /** The database now says Reserved for its places. */
  markReserved(hold: HoldRef): void;
  /** Its payment may take until `ms` from now. */
  extendPayment(hold: HoldRef, ms: number): void;
  /** Until when its buyer will keep the places if the payment is declined; `deadline`: when the hold ended before the payment. */
  deadlineIfDeclined(hold: HoldRef, deadline: Instant, keepMs: number): Instant;
  /** How many more payments its buyer may try after this `attempt`; none if it is no longer held. */
  attemptsLeft(hold: HoldRef & { readonly attempt: number }): number;
  /** A payment cannot even be tried now: the hold is kept a little (once). Answers its deadline; undefined if it is not active. */
  keepOnce(hold: HoldRef, keepMs: number): Instant | undefined;
  /** Paid: its places are sold. */
  convert(hold: HoldRef): void;
  /** Its places turned out to be gone: reads them from the database, and only then ends the hold. */
  giveUp(hold: HoldRef, ticketIds: readonly string[]): Promise<void>;
  /**
   * Its payment came to an end. Paid: the places are sold. Else they are kept for their buyer `keepMs` longer at least (that
   * extension is made once). A ledger that does not know the hold reads the tickets from the database.
   */
  endPayment(
    booking: HoldRef & { readonly bookingId: string; readonly tickets: readonly { readonly ticketId: string }[] },
    end: { readonly how: 'paid' } | { readonly how: 'not_paid'; keepMs: number },
  ): Promise<void>;
  /** A booking was paid after its hold had ended: its tickets are sold, and count for its customer again. */
  completeLate(booking: HoldRef, ticketIds: readonly string[]): Promise<void>;
  /** Tickets of a purchase were cancelled: their places are on sale again, and only `left` of it count for its customer. */
  giveBack(booking: HoldRef, ticketIds: readonly string[], left: number): Promise<void>;
  /** The holds in payment, of every ledger in memory, each looked for when it is asked for. */
  inPayment(): Iterable<Hold>;
}

export function createPayingHolds(parts: {
  readonly ledgers: EventLedgers;
  readonly journal: HoldJournal;
  readonly metrics: Metrics;
  readonly clock: Clock;
}): PayingHolds {
  const { ledgers, journal, metrics, clock } = parts;
  const ledgerOf = ({ eventId }: HoldRef): EventLedger | undefined => ledgers.loaded(eventId)?.ledger;
  /** For what a buyer is answered: that a hold is unknown is only said where it would be known. */
  const deciding = ({ eventId }: HoldRef): LoadedEvent | undefined => {
    const event = ledgers.loaded(eventId);
    if (!event) ledgers.checkOwned(eventId);
    return event;
  };

  function convert(hold: HoldRef): void {
    const { eventId, reservationId } = hold;
    const event = ledgers.loaded(eventId);
    // Two may find out at the same time that it was paid.
    if (event?.ledger.toJournal(reservationId) === undefined) return;
    event.ledger.convert(reservationId);
    journal.end(event, reservationId);
    metrics.holdsEnded.inc({ how: 'converted' });
  }

  /** Lets a hold run again; the journal learns it. */
  function thawed({ eventId, reservationId }: HoldRef, thaw: (ledger: EventLedger) => void): void {
    const event = ledgers.loaded(eventId);
    if (!event) return;
    thaw(event.ledger);
    journal.keep(event, reservationId);
  }

  return {
    saleOf(reservationId) {
      const eventId = eventOfReservation(reservationId);
      if (eventId === undefined) return null;
      const event = ledgers.loaded(eventId);
      return event ? event.ledger.rules : ledgers.open(eventId).then((opened) => opened?.ledger.rules ?? null);
    },
    find: (hold, owner) =>
      deciding(hold)?.ledger.find(hold.reservationId, owner, clock.now()) ?? refuse({ code: 'RESERVATION_UNKNOWN' }),
    freeze(hold, owner, { graceMs, payment, buyer }) {
      const event = deciding(hold);
      if (!event) return refuse({ code: 'RESERVATION_UNKNOWN' });
      const frozen = event.ledger.freeze(hold.reservationId, owner, clock.now(), graceMs, buyer, payment);
      if (!frozen.accepted) return frozen;
      // Whoever has the event when the payment ends goes on with it. One that is over before the next flush costs nothing.
      journal.keep(event, hold.reservationId);
      return accept({ hold: frozen.value, fence: event.fence });
    },
    unfreeze: (hold) => thawed(hold, (ledger) => ledger.unfreeze(hold.reservationId, hold.payment?.bookingId)),
    async abandon(hold, ticketIds) {
      const event = ledgers.loaded(hold.eventId);
      event?.ledger.unfreeze(hold.reservationId);
      const released = event?.ledger.release(hold.reservationId, null, clock.now());
      if (event && released?.accepted) forgetHolds(parts, event, [released.value], 'released');
      await ledgers.syncTickets(hold.eventId, ticketIds);
    },
    markReserved: (hold) => ledgerOf(hold)?.markReserved(hold.reservationId),
    extendPayment: (hold, ms) => ledgerOf(hold)?.extendPayment(hold.reservationId, clock.now() + ms),
    deadlineIfDeclined(hold, deadline, keepMs) {
      const isExtended = ledgerOf(hold)?.toJournal(hold.reservationId)?.extended ?? false;
      return isExtended ? deadline : Math.max(deadline, clock.now() + keepMs);
    },
    attemptsLeft(hold) {
      const journaled = ledgerOf(hold)?.toJournal(hold.reservationId);
      return journaled === undefined ? 0 : attemptsLeft(journaled);
    },
    keepOnce(hold, keepMs) {
      const event = ledgers.loaded(hold.eventId);
      const expiresAt = event?.ledger.keepOnce(hold.reservationId, clock.now(), keepMs);
      if (event && expiresAt !== undefined) journal.keep(event, hold.reservationId);
      return expiresAt;
    },
    convert,
    async giveUp({ eventId, reservationId }, ticketIds) {
      const found = ledgers.loaded(eventId)?.ledger.find(reservationId, null, clock.now());
      // First: ended before, the hold would leave places to others that the database has given away.
      await ledgers.syncTickets(eventId, ticketIds);
      const event = ledgers.loaded(eventId);
      // Ended meanwhile, when its tickets were read: then it was noted there.
      if (!found?.accepted || event?.ledger.toJournal(reservationId) === undefined) return;
      event.ledger.drop(reservationId);
      forgetHolds(parts, event, [found.value], 'dropped');
    },
    async endPayment(booking, end) {
      const { eventId, reservationId, bookingId, tickets } = booking;
      // One that is being loaded has read that the payment is under way.
      const event = ledgers.loaded(eventId) ?? (await ledgers.settled(eventId));
      const ledger = event?.ledger;
      if (ledger?.toJournal(reservationId) !== undefined) {
        if (end.how === 'paid') return convert(booking);
        const now = clock.now();
        return thawed(booking, () => ledger.thaw(reservationId, now, end.keepMs, bookingId));
      }
      // A hold that was dropped before its payment ended counts no longer for its customer: the purchase must.
      const ticketIds = tickets.map(({ ticketId }) => ticketId);
      const counts = ledger?.rules.limitPerCustomer != null;
      await (end.how === 'paid' && counts ? ledgers.refresh(eventId) : ledgers.syncTickets(eventId, ticketIds));
      // Loaded while the payment was open, the ledger has counted these as bought.
      if (end.how === 'not_paid') ledger?.cancelPurchase(reservationId, ticketIds.length);
    },
    async completeLate({ eventId, reservationId }, ticketIds) {
      await ledgers.syncTickets(eventId, ticketIds);
      await ledgers.countPurchase(eventId, reservationId);
    },
    async giveBack(booking, ticketIds, left) {
      await ledgers.syncTickets(booking.eventId, ticketIds);
      ledgerOf(booking)?.leaveOfPurchase(booking.reservationId, left);
    },
    *inPayment() {
      for (const [, { ledger }] of ledgers.all()) yield* ledger.inPayment();
    },
  };
}
