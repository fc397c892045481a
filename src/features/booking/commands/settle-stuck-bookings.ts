import type { Clock } from '../../../platform/clock/clock.ts';
import type { GuardedPaymentProvider } from '../../payments/index.ts';
import { toPurchaseAnswer } from '../domain/purchase-answer.ts';
import type { BookingRow, BookingStore } from '../store/booking-store.ts';
import type { SettlePayment } from './settle-payment.ts';

/** A payment that has not come to an end within this time has died on the way. */
const stuckAfterMs = 30_000;

/** As many as {@link BookingStore.findStuck} answers at once. */
const stuckPerRead = 500;

/**
 * The reconciler: finds bookings whose payment began and never ended (the process was killed between the two commits,
 * or the second one failed) and brings each to an end. Charging again with the same key moves no money twice, so the
 * provider's answer is what happened. `after` a start every open one is stuck, because nobody else is working on it.
 */
export function createSettleStuckBookings(parts: {
  readonly store: BookingStore;
  readonly settlePayment: SettlePayment;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly clock: Clock;
  readonly onFailure: (bookingId: string, error: unknown) => void;
}) {
  const { store, settlePayment, providerOf, clock, onFailure } = parts;

  async function settleOne(row: BookingRow): Promise<boolean> {
    const booking = await settlePayment.read(row.bookingId);
    const provider = providerOf(row.provider);
    if (!booking || !provider) return false;
    const { organizerId, detail } = row;
    const context = { actor: 'system', correlationId: `reconcile-${row.bookingId}`, now: clock.now(), organizerId };
    const settled = await settlePayment({
      booking: { ...booking, organizerId },
      provider,
      detail: detail ?? '',
      context,
      // Whoever asks again with the same key finds the booking through it.
      paidAnswer: (paid) => ({ status: 201, body: JSON.stringify(toPurchaseAnswer(paid)) }),
      declinedAnswer: () => ({ answer: { status: 402, body: '' }, kept: null }),
    });
    return settled.status === 'completed' || settled.status === 'declined';
  }

  /** Settles what is stuck; answers how many. With `all`, also what began just now. */
  async function settleStuckBookings(all = false): Promise<number> {
    const before = all ? clock.now() + 1 : clock.now() - stuckAfterMs;
    let count = 0;
    for (;;) {
      const rows = await store.findStuck(before);
      // Together, so that their commits are grouped: a process killed in a rush leaves hundreds.
      const settled = await Promise.all(
        rows.map((row) =>
          settleOne(row).catch((error) => {
            onFailure(row.bookingId, error);
            return false;
          }),
        ),
      );
      const settledCount = settled.filter(Boolean).length;
      count += settledCount;
      if (rows.length < stuckPerRead || settledCount === 0) return count;
    }
  }

  return Object.assign(settleStuckBookings, {
    /** Settles this one if its payment has come to an end. */
    async one(bookingId: string): Promise<void> {
      const row = await store.find(bookingId);
      if (row?.status === 'awaiting_payment') await settleOne(row);
    },
  });
}
