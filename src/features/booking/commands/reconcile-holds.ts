import type { Clock } from '../../../platform/clock/clock.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import type { Hold, PayingHolds } from '../../inventory/index.ts';
import { keepMsAfter } from '../domain/payment-times.ts';
import type { BookingStore } from '../store/booking-store.ts';
import type { PaymentsElsewhere } from './payments-elsewhere.ts';

/**
 * Holds that a payment has frozen and that nobody works on any more: the answer of a commit was lost, or PostgreSQL was
 * away when it had to be asked. Such a hold is neither free nor lost until the database says what became of it; if it were
 * released before, its owner could release it and be charged later, or another buyer get the same places.
 */
export interface FrozenHolds {
  /** Runs the payment of a frozen hold; until it is over, nobody else looks at the hold. */
  during<T>(hold: Hold, payment: () => Promise<T>): Promise<T>;
  /** Whether a payment of this process is under way for the reservation. */
  isWorkedOn(reservationId: string): boolean;
  /** Asks the database about one hold if nobody works on it. Throws {@link Unavailable} if it cannot be asked. */
  reconcile(hold: Hold): Promise<void>;
  /** Asks about all of them; what cannot be asked now is asked the next time. */
  reconcileAll(): Promise<void>;
}

export function createFrozenHolds(parts: {
  readonly inventory: PayingHolds;
  readonly store: Pick<BookingStore, 'find' | 'findByReservation'>;
  /** Payments that other processes make for these holds. */
  readonly elsewhere: PaymentsElsewhere;
  readonly clock: Pick<Clock, 'now'>;
}): FrozenHolds {
  const { inventory, store, elsewhere, clock } = parts;
  const workedOn = new Set<string>();
  const isWorkedOn = (reservationId: string) => workedOn.has(reservationId) || elsewhere.isWorkedOn(reservationId);

  async function reconcile(hold: Hold): Promise<void> {
    const { reservationId, places } = hold;
    if (isWorkedOn(reservationId)) return;
    const booking = await store.findByReservation(reservationId);
    if (isWorkedOn(reservationId)) return;
    if (booking === null) return endUnbooked(hold);
    elsewhere.forget(reservationId);
    // Open: whoever settles stuck bookings ends the hold too.
    if (booking.status === 'awaiting_payment') return inventory.markReserved(hold);
    if (booking.status === 'completed') return inventory.convert(hold);
    await inventory.giveUp(
      hold,
      places.map(({ ticketId }) => ticketId),
    );
  }

  /** No booking has its places: none was made, or its payment came to nothing, and whoever wrote that could not say so here. */
  async function endUnbooked(hold: Hold): Promise<void> {
    const { payment } = hold;
    const failed = payment && (await store.find(payment.bookingId));
    if (isWorkedOn(hold.reservationId)) return;
    // Its first commit may still be on its way from a process that stands still.
    if (!failed && elsewhere.isLost(hold.reservationId)) return elsewhere.bar(hold);
    if (!failed) return inventory.unfreeze(hold);
    // Made meanwhile: it is found the next time.
    if (failed.status !== 'failed') return;
    elsewhere.forget(hold.reservationId);
    const keepMs = Math.max(0, failed.updatedAt + keepMsAfter(failed.failureCode, payment.keepMs) - clock.now());
    await inventory.endPayment({ ...failed, tickets: hold.places }, { how: 'not_paid', keepMs });
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
    isWorkedOn,
    reconcile,
    async reconcileAll() {
      const inPayment = new Set<string>();
      for (const hold of inventory.inPayment()) {
        inPayment.add(hold.reservationId);
        await reconcile(hold).catch((error) => {
          if (!(error instanceof Unavailable)) throw error;
        });
      }
      elsewhere.forgetOver((reservationId) => inPayment.has(reservationId));
    },
  };
}
