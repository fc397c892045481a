import { Unavailable } from '../../../platform/postgres/database.ts';
import type { EventLedger, EventLedgers, Hold, HoldEnds } from '../../inventory/index.ts';
import type { BookingStore } from '../store/booking-store.ts';

/**
 * Holds that a payment has frozen and that nobody works on any more: the answer of a commit was lost, or PostgreSQL was
 * away when it had to be asked. Such a hold is neither free nor lost until the records say what became of it; if it were
 * let go before, its owner could release it and be charged later, or another buyer be given the same places.
 */
export interface FrozenHolds {
  /** Runs the payment of a frozen hold; until it is over, nobody else looks at the hold. */
  during<T>(hold: Hold, payment: () => Promise<T>): Promise<T>;
  /** Whether a payment of this process is under way for the reservation. */
  isWorkedOn(reservationId: string): boolean;
  /** Asks the records about one hold if nobody works on it. Throws {@link Unavailable} if they cannot be asked. */
  lookAgain(ledger: EventLedger, hold: Hold): Promise<void>;
  /** Asks about all of them; what cannot be asked now is asked the next time. */
  settleAll(): Promise<void>;
}

export function createFrozenHolds(parts: {
  readonly ledgers: EventLedgers;
  readonly holdEnds: HoldEnds;
  readonly store: Pick<BookingStore, 'findByReservation'>;
}): FrozenHolds {
  const { ledgers, holdEnds, store } = parts;
  const workedOn = new Set<string>();

  async function lookAgain(ledger: EventLedger, hold: Hold): Promise<void> {
    const { reservationId, eventId, places } = hold;
    if (workedOn.has(reservationId)) return;
    const booking = await store.findByReservation(reservationId);
    if (workedOn.has(reservationId)) return;
    if (booking === null) return ledger.unfreeze(reservationId);
    // Open: whoever settles stuck bookings ends the hold too.
    if (booking.status === 'awaiting_payment') return ledger.markReserved(reservationId);
    if (booking.status === 'completed') return holdEnds.convert(ledger, reservationId);
    await ledgers.syncTickets(
      eventId,
      places.map(({ ticketId }) => ticketId),
    );
    holdEnds.drop(hold);
  }

  return {
    async during(hold, payment) {
      workedOn.add(hold.reservationId);
      try {
        return await payment();
      } finally {
        workedOn.delete(hold.reservationId);
      }
    },
    isWorkedOn: (reservationId) => workedOn.has(reservationId),
    lookAgain,
    async settleAll() {
      for (const [, { ledger }] of ledgers.all()) {
        for (const hold of ledger.inPayment()) {
          await lookAgain(ledger, hold).catch((error) => {
            if (!(error instanceof Unavailable)) throw error;
          });
        }
      }
    },
  };
}
