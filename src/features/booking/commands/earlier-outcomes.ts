import { isOwned, type PayingHolds } from '../../inventory/index.ts';
import { asAnswered } from '../domain/booking.ts';
import { notMade, referenceUsed } from '../domain/failure-codes.ts';
import { type DeclinedFacts, outcomeOf, type PurchaseOutcome, refused } from '../domain/purchase-outcome.ts';
import type { ClaimedKey, PurchaseInput } from '../domain/purchase-request.ts';
import type { BookingStore } from '../store/booking-store.ts';
import type { ReconcileBookings } from './reconcile-bookings.ts';

type Asked = Pick<PurchaseInput, 'key' | 'reservationId' | 'owner' | 'context'>;

/** What the database says that a purchase came to before. Asked only off the good path: it reads. */
export interface EarlierOutcomes {
  /** Under this idempotency key: its outcome, its booking's state, or that it was used for another request. Null: it is new. */
  ofKey(asked: Asked): Promise<PurchaseOutcome | null>;
  /** For whoever bought this reservation, if it is the one who asks. */
  ofReservation(asked: Asked): Promise<PurchaseOutcome | null>;
}

export function createEarlierOutcomes({
  store,
  inventory,
  reconcileOpen,
}: {
  readonly store: BookingStore;
  readonly inventory: Pick<PayingHolds, 'attemptsLeft' | 'find'>;
  /** Asks the provider about a booking that is still open. */
  readonly reconcileOpen: ReconcileBookings['one'];
}): EarlierOutcomes {
  async function ofBooking(bookingId: string): Promise<PurchaseOutcome | null> {
    // Whoever asks while the outcome is open has it looked for.
    const open = await reconcileOpen(bookingId);
    // As it was answered then: a booking that was cancelled later was paid all the same.
    const booking = asAnswered(await store.events(bookingId));
    return booking && outcomeOf(booking, open?.outcome === 'open' ? open.action : null);
  }

  /** The first request never heard that its payment failed: the process died, or it was refused, which is not kept. */
  async function ofFailed(key: ClaimedKey, { context }: Asked, bookingId: string): Promise<PurchaseOutcome | null> {
    const booking = await store.find(bookingId);
    if (booking?.status !== 'failed') return null;
    const failureCode = booking.failureCode!;
    if (failureCode === notMade) {
      // Nobody was charged: the same key is a new attempt.
      await store.releaseKey(key.scope, key.key, bookingId);
      return null;
    }
    if (failureCode === referenceUsed) return refused({ code: referenceUsed });
    const held = inventory.find(booking, null);
    const expiresAt = held.accepted ? held.value.expiresAt : booking.updatedAt;
    const attemptsLeft = inventory.attemptsLeft(booking);
    const traceId = context.correlationId;
    const declined: DeclinedFacts = { bookingId, failureCode, expiresAt, attemptsLeft, traceId };
    return { outcome: 'declined', declined: await store.keepDeclined(key, declined) };
  }

  return {
    async ofKey(asked) {
      const { key } = asked;
      const kept = key === null ? null : await store.findKey(key.scope, key.key);
      if (!kept) return null;
      if (kept.requestHash !== key!.requestHash) return refused({ code: 'IDEMPOTENCY_KEY_REUSED' });
      if (kept.declined !== null) return { outcome: 'declined', declined: kept.declined };
      return (await ofBooking(kept.bookingId)) ?? ofFailed(key!, asked, kept.bookingId);
    },
    async ofReservation({ reservationId, owner }) {
      const booking = await store.findByReservation(reservationId);
      if (!booking || !isOwned(booking.owner, owner)) return null;
      return ofBooking(booking.bookingId);
    },
  };
}
