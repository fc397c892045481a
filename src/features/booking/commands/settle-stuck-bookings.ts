import type { Clock } from '../../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import { type GuardedPaymentProvider, openReview, type PaymentOutcome } from '../../payments/index.ts';
import { challengeGraceMs, processingEnds } from '../domain/payment-times.ts';
import { toPurchaseAnswer } from '../domain/purchase-answer.ts';
import type { BookingRow, BookingStore } from '../store/booking-store.ts';
import type { AbandonedBookings } from './abandoned-bookings.ts';
import type { PaymentToSettle } from './end-payment.ts';
import type { FrozenHolds } from './settle-frozen-holds.ts';
import { chargeOf, type SettledPayment, type SettlePayment } from './settle-payment.ts';

/** A payment that has not come to an end within this time has died on the way: no request waits longer for its provider. */
const stuckAfterMs = 20_000;
/** A person should know of an outcome that nobody could find out for so long. */
const unknownForLongMs = 3_600_000;

/** As many as {@link BookingStore.findStuck} answers at once. */
const stuckPerRead = 500;

export interface SettleStuckBookings {
  /** Settles what is stuck; answers how many. With `all`, also what began just now: after a start nobody else works on it. */
  (all?: boolean): Promise<number>;
  /** Settles this one as far as its provider says something; null if it is not open, or its own request works on it. */
  one(bookingId: string): Promise<SettledPayment | null>;
}

/**
 * The reconciler: finds bookings whose payment began and never ended (the process was killed, an answer was lost, the
 * buyer never came back from the bank) and asks the provider what happened. Paid: completed. Declined: freed. Never made:
 * freed, and nobody is charged for a request that nobody repeats. Waiting for the buyer too long: cancelled at the
 * provider first, then freed; the same for what is still being worked on after a week, or when the show begins. Unknown: left
 * as it is.
 */
export function createSettleStuckBookings(parts: {
  readonly database: WalledDatabase;
  readonly store: BookingStore;
  readonly settlePayment: SettlePayment;
  readonly frozenHolds: Pick<FrozenHolds, 'isWorkedOn'>;
  readonly abandoned: AbandonedBookings;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly clock: Clock;
  readonly onFailure: (bookingId: string, error: unknown) => void;
}): SettleStuckBookings {
  const {
    database: { system: database },
    store,
    settlePayment,
    frozenHolds,
    abandoned,
    providerOf,
    clock,
    onFailure,
  } = parts;
  const underway = new Map<string, Promise<SettledPayment | null>>();

  /** However many webhooks tell of one booking, it is asked about once at a time. */
  function settleOnce(row: BookingRow, isStuck: boolean): Promise<SettledPayment | null> {
    const { bookingId, reservationId } = row;
    if (frozenHolds.isWorkedOn(reservationId)) return Promise.resolve(null);
    const running = underway.get(bookingId);
    if (running) return running;
    const run = settleOne(row, isStuck).finally(() => underway.delete(bookingId));
    underway.set(bookingId, run);
    return run;
  }

  async function settleOne(row: BookingRow, isStuck: boolean): Promise<SettledPayment | null> {
    const { bookingId, organizerId, detail } = row;
    const booking = await settlePayment.reopen(bookingId, organizerId);
    const provider = providerOf(row.provider);
    if (!booking || !provider) return null;
    const context = { actor: 'system', correlationId: `reconcile-${bookingId}`, now: clock.now(), organizerId };
    const payment: PaymentToSettle = {
      booking,
      provider,
      detail: detail ?? '',
      context,
      // Whoever asks again with the same key finds the booking through it.
      paidAnswer: (paid) => ({ status: 201, body: JSON.stringify(toPurchaseAnswer(paid)) }),
      declinedAnswer: () => ({ answer: { status: 402, body: '' }, kept: null }),
    };
    const outcome = await find(payment, row, isStuck);
    if (outcome.status === 'absent' && !isStuck && !abandoned.has(bookingId)) return { status: 'unknown' };
    const settled = await settlePayment.conclude(payment, outcome);
    if (settled.status === 'unknown') await reportIfOld(row);
    return settled;
  }

  async function find(payment: PaymentToSettle, row: BookingRow, isStuck: boolean): Promise<PaymentOutcome> {
    const { provider, booking } = payment;
    if (booking.totalMinor === 0) return { status: 'captured', reference: null };
    // Its buyer was told that nothing happened, and nothing had been charged: so be it.
    if (abandoned.has(booking.bookingId)) return { status: 'absent' };
    const charge = chargeOf(payment);
    const outcome = await provider.look(charge);
    const isTooLate = clock.now() > row.createdAt + challengeGraceMs;
    if (outcome.status === 'action' && isTooLate) return provider.cancel(charge);
    if (outcome.status === 'unknown' && (await isOverdue(row))) return provider.cancel(charge);
    if (outcome.status !== 'absent' || !isStuck || !provider.begin) return outcome;
    // Begun and never charged: let go there first, so that nobody ever can.
    const letGo = await provider.cancel(charge);
    return letGo.status === 'cancelled' ? outcome : letGo;
  }

  async function isOverdue({ createdAt, eventId }: BookingRow): Promise<boolean> {
    const now = clock.now();
    return now >= processingEnds({ createdAt }, await store.show(eventId, now));
  }

  async function reportIfOld({ bookingId, organizerId, createdAt, provider }: BookingRow): Promise<void> {
    const now = clock.now();
    if (now - createdAt < unknownForLongMs) return;
    const facts = { provider, since: new Date(createdAt).toISOString() };
    await openReview(database, { organizerId, kind: 'OUTCOME_UNKNOWN', subject: bookingId, bookingId, facts }, now);
  }

  async function settleStuckBookings(all = false): Promise<number> {
    const before = all ? clock.now() + 1 : clock.now() - stuckAfterMs;
    let count = 0;
    for (;;) {
      const rows = await store.findStuck(before);
      // Together, so that their commits are grouped: a process killed in a rush leaves hundreds.
      const settled = await Promise.all(
        rows.map((row) =>
          settleOnce(row, true).catch((error) => {
            onFailure(row.bookingId, error);
            return null;
          }),
        ),
      );
      const settledCount = settled.filter((one) => one?.status === 'completed' || one?.status === 'declined').length;
      count += settledCount;
      if (rows.length < stuckPerRead || settledCount === 0) return count;
    }
  }

  return Object.assign(settleStuckBookings, {
    async one(bookingId: string): Promise<SettledPayment | null> {
      const row = await store.find(bookingId);
      return row?.status === 'awaiting_payment' ? settleOnce(row, false) : null;
    },
  });
}
