import type { Clock } from '../../../platform/clock/clock.ts';
import { type EventLedgers, isOwned } from '../../inventory/index.ts';
import { asAnswered, type BookingEvent } from '../domain/booking.ts';
import { toPurchaseAnswer, withAction } from '../domain/purchase-answer.ts';
import type { BookingStore } from '../store/booking-store.ts';
import { referenceUsed } from './end-payment.ts';
import type { PurchaseInput, PurchaseParts, PurchaseResult } from './purchase.ts';
import { notMade } from './settle-payment.ts';
import type { SettleStuckBookings } from './settle-stuck-bookings.ts';

type Asked = Pick<PurchaseInput, 'key' | 'reservationId' | 'customer' | 'context'>;

/** What the records say was answered before. Asked only off the good path: it reads the database. */
export interface EarlierAnswers {
  /** To this idempotency key: its answer, its booking's state, or that it was used for another request. Null: it is new. */
  ofKey(asked: Asked): Promise<PurchaseResult | null>;
  /** To whoever bought this reservation, if it is the one who asks. */
  ofReservation(asked: Asked): Promise<PurchaseResult | null>;
}

export function createEarlierAnswers(parts: {
  readonly store: BookingStore;
  readonly ledgers: EventLedgers;
  readonly clock: Clock;
  readonly declinedAnswer: PurchaseParts['declinedAnswer'];
  /** Asks the provider about a booking that is still open. */
  readonly settleOpen: SettleStuckBookings['one'];
}): EarlierAnswers {
  const { store, ledgers, clock, declinedAnswer, settleOpen } = parts;

  async function ofBooking(bookingId: string): Promise<PurchaseResult | null> {
    // Whoever asks while the outcome is open has it looked for.
    const open = await settleOpen(bookingId);
    // As it was answered then: a booking that was cancelled later was paid all the same.
    const booking = asAnswered((await store.history(bookingId)) as unknown as BookingEvent[]);
    if (!booking || booking.status === 'failed') return null;
    const { status, ticketNumbers } = booking;
    const answer = toPurchaseAnswer({ ...booking, status, ticketNumbers });
    const asksBuyer = status === 'awaiting_payment' && open?.status === 'action';
    const body = JSON.stringify(asksBuyer ? withAction(answer, open.action) : answer);
    return { answer: { status: status === 'completed' ? 201 : 202, body } };
  }

  /** The first request never heard that its payment failed: the process died, or it was told a refusal, which is not kept. */
  async function ofFailed(asked: Asked, bookingId: string): Promise<PurchaseResult | null> {
    const booking = await store.find(bookingId);
    if (booking?.status !== 'failed') return null;
    const failureCode = booking.failureCode!;
    if (failureCode === notMade) {
      // Nobody was charged: the same key is a new attempt.
      await store.releaseKey(asked.key!.scope, asked.key!.key, bookingId);
      return null;
    }
    if (failureCode === referenceUsed) return { refusal: { code: referenceUsed } };
    const held = ledgers.loaded(booking.eventId)?.ledger.find(booking.reservationId, null, clock.now());
    const expiresAt = held?.accepted ? held.value.expiresAt : booking.updatedAt;
    const answer = declinedAnswer({ bookingId, failureCode, expiresAt }, asked.context);
    const { scope, key } = asked.key!;
    await store.keepAnswer({ scope, key, ...answer });
    return { answer };
  }

  return {
    async ofKey(asked) {
      const { key } = asked;
      const kept = key === null ? null : await store.findKey(key.scope, key.key);
      if (!kept) return null;
      if (kept.requestHash !== key!.requestHash) return { refusal: { code: 'IDEMPOTENCY_KEY_REUSED' } };
      if (kept.status !== null) return { answer: { status: kept.status, body: kept.body! } };
      return (await ofBooking(kept.bookingId)) ?? ofFailed(asked, kept.bookingId);
    },
    async ofReservation({ reservationId, customer }) {
      const booking = await store.findByReservation(reservationId);
      if (!booking || !isOwned(booking.sessionId, customer)) return null;
      return ofBooking(booking.bookingId);
    },
  };
}
