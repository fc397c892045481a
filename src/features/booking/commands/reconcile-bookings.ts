import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import {
  findBegunPayment,
  type GuardedPaymentProvider,
  openReview,
  type PaymentOutcome,
} from '../../payments/index.ts';
import { replay } from '../domain/booking.ts';
import { chargeOf, type OpenBooking, type OpenPayment } from '../domain/open-payment.ts';
import { challengeGraceMs, processingEnds } from '../domain/payment-times.ts';
import type { PurchaseOutcome } from '../domain/purchase-outcome.ts';
import type { BookingRow, BookingStore } from '../store/booking-store.ts';
import type { AbandonedBookings } from './abandoned-bookings.ts';
import type { FrozenHolds } from './reconcile-holds.ts';
import type { RecordOutcome } from './record-outcome.ts';

/** A payment that has not come to an end within this time has died on the way: no request waits longer for its provider. */
const stuckAfterMs = 20_000;
/** A person should know of an outcome that nobody could find out for so long. */
const unknownForLongMs = 3_600_000;

/** As many as {@link BookingStore.findStuck} answers at once. */
const stuckPerRead = 500;

export interface ReconcileBookings {
  /** Records the outcome of payments that are stuck; answers how many have come to an end. */
  stuck(): Promise<number>;
  /**
   * The same after a start, and of payments that began just now, as far as their provider knows the outcome: that is safe
   * though another process may be at work on them, for a booking ends once, by its version. One that the provider does not
   * know may be on its way there; whether its process died, only time will show.
   */
  leftovers(): Promise<number>;
  /** The same where nobody else lives: what began just now is stuck as well. */
  abandoned(): Promise<number>;
  /** Records the outcome of this one as far as its provider says something; null if it is not open, or its own request works on it. */
  one(bookingId: string): Promise<PurchaseOutcome | null>;
}

/**
 * The reconciler: finds bookings whose payment began and never ended (the process was killed, an answer was lost, the
 * buyer never came back from the bank) and asks the provider what happened. Paid: completed. Declined: freed. Never made:
 * freed, and nobody is charged for a request that nobody repeats. Waiting for the buyer too long: cancelled at the
 * provider first, then freed; the same for what is still being worked on after a week, or when the show begins. Unknown: left
 * as it is.
 */
export function createReconcileBookings(parts: {
  readonly database: TenantDatabase;
  readonly store: BookingStore;
  readonly recordOutcome: RecordOutcome;
  readonly frozenHolds: Pick<FrozenHolds, 'isWorkedOn'>;
  readonly abandoned: AbandonedBookings;
  /** Whether this process looks after the bookings of an event. */
  readonly isOurs: (eventId: number) => boolean;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly clock: Clock;
  readonly onFailure: (bookingId: string, error: unknown) => void;
}): ReconcileBookings {
  const {
    database: { bypassingRls },
    store,
    recordOutcome,
    frozenHolds,
    abandoned,
    isOurs,
    providerOf,
    clock,
    onFailure,
  } = parts;
  const underway = new Map<string, Promise<PurchaseOutcome | null>>();

  /** However many webhooks there are about one booking, it is asked about once at a time. */
  function reconcileOnce(row: BookingRow, isStuck: boolean): Promise<PurchaseOutcome | null> {
    const { bookingId, reservationId } = row;
    if (frozenHolds.isWorkedOn(reservationId)) return Promise.resolve(null);
    const running = underway.get(bookingId);
    if (running) return running;
    const run = reconcileOne(row, isStuck).finally(() => underway.delete(bookingId));
    underway.set(bookingId, run);
    return run;
  }

  async function reconcileOne(row: BookingRow, isStuck: boolean): Promise<PurchaseOutcome | null> {
    const { bookingId, organizerId, detail } = row;
    const booking = await reopen(bookingId, organizerId);
    const provider = providerOf(row.provider);
    if (!booking || !provider) return null;
    const context = { actor: 'system', correlationId: `reconcile-${bookingId}`, now: clock.now(), organizerId };
    // Nobody waits: whoever asks again with the same key finds the booking through it.
    const payment: OpenPayment = { booking, provider, detail: detail ?? '', context, buyer: null };
    const outcome = await ask(payment, row, isStuck);
    if (outcome.status === 'absent' && !isStuck && !abandoned.has(bookingId)) {
      return { outcome: 'open', booking: { ...booking, status: 'awaiting_payment' }, action: null };
    }
    const recorded = await recordOutcome.record(payment, outcome);
    if (recorded.outcome === 'open' && recorded.action === null) await reportIfOld(row);
    return recorded;
  }

  /** A booking that awaits its payment, as it stands; null if it does not. */
  async function reopen(bookingId: string, organizerId: number): Promise<OpenBooking | null> {
    const booking = replay(await store.events(bookingId));
    if (booking?.status !== 'awaiting_payment') return null;
    const known = booking.version > 1 ? await findBegunPayment(bypassingRls, bookingId) : null;
    const begun = known && { paymentId: known.paymentId, reference: known.reference! };
    return { ...booking, organizerId, begun };
  }

  async function ask(payment: OpenPayment, row: BookingRow, isStuck: boolean): Promise<PaymentOutcome> {
    const { provider, booking } = payment;
    if (booking.totalMinor === 0) return { status: 'captured', reference: null };
    // Its buyer heard that nothing happened, and nothing had been charged: so be it.
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
    await openReview(bypassingRls, { organizerId, kind: 'OUTCOME_UNKNOWN', subject: bookingId, bookingId, facts }, now);
  }

  /** `stuckBefore`: what has not changed since is nobody's any more. */
  async function reconcileBegunBefore(before: Instant, stuckBefore: Instant): Promise<number> {
    let count = 0;
    for (;;) {
      const rows = await store.findStuck(before);
      // Together, so that their commits are grouped: a process killed in a rush leaves hundreds.
      const outcomes = await Promise.all(
        rows.map(async (row) =>
          !isOurs(row.eventId)
            ? null
            : reconcileOnce(row, row.updatedAt < stuckBefore).catch((error) => {
                onFailure(row.bookingId, error);
                return null;
              }),
        ),
      );
      const endedCount = outcomes.filter((one) => one?.outcome === 'paid' || one?.outcome === 'declined').length;
      count += endedCount;
      if (rows.length < stuckPerRead || endedCount === 0) return count;
    }
  }

  return {
    stuck: () => reconcileBegunBefore(clock.now() - stuckAfterMs, clock.now() - stuckAfterMs),
    abandoned: () => reconcileBegunBefore(clock.now() + 1, clock.now() + 1),
    leftovers: () => reconcileBegunBefore(clock.now() + 1, clock.now() - stuckAfterMs),
    async one(bookingId: string): Promise<PurchaseOutcome | null> {
      const row = await store.find(bookingId);
      return row?.status === 'awaiting_payment' ? reconcileOnce(row, false) : null;
    },
  };
}
