import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { type GuardedPaymentProvider, type ListedPayment, openReview, PaymentUnknown } from '../../payments/index.ts';
import { toCharge } from '../domain/charge.ts';
import type { BookingRow, BookingStore } from '../store/booking-store.ts';
import type { ReconcileBookings } from './reconcile-bookings.ts';
import type { RecordLatePayment } from './record-late-payment.ts';

/** The first listing after a start looks back this far; later ones overlap by a little. */
const lookBackMs = 24 * 3_600_000;
const overlapMs = 15 * 60_000;
/** What is younger has its request, its webhook or the reconciler still coming. */
const leftAloneMs = 30_000;
/** Of organisers with accounts of their own, so many are asked about side by side. */
const listedAtOnce = 8;

export interface ReconcilePayments {
  /** Lists what the providers took lately and holds it against the bookings. */
  all(): Promise<void>;
  /** A provider says that something happened to a booking's payment: finds out what, and does what follows. */
  one(bookingId: string, provider: string, reference: string): Promise<void>;
}

/**
 * The books of the providers against ours. The outcome of a payment of an open booking is recorded; money for a booking that has ended
 * is money that came late; a payment that could still be made for an ended booking is cancelled; one with a mark of ours
 * that we know nothing of is for a person to look at.
 */
export function createReconcilePayments(parts: {
  readonly database: TenantDatabase;
  readonly store: BookingStore;
  readonly reconcileBookings: ReconcileBookings;
  readonly recordLatePayment: RecordLatePayment;
  /** Every provider whose books may hold something that ours have not. */
  readonly listed: () => Promise<readonly GuardedPaymentProvider[]>;
  readonly providerOf: (name: string) => GuardedPaymentProvider | undefined;
  readonly clock: Clock;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random?: RandomBytes;
}): ReconcilePayments {
  const {
    database: { bypassingRls },
    store,
    reconcileBookings,
    recordLatePayment,
    listed,
    providerOf,
    clock,
    onFailure,
    random,
  } = parts;
  const listedUntil = new Map<string, Instant>();

  async function reconcileAll(): Promise<void> {
    const waiting = [...(await listed())];
    const next = async (): Promise<void> => {
      for (let provider = waiting.shift(); provider; provider = waiting.shift()) await reconcileProvider(provider);
    };
    await Promise.all(Array.from({ length: listedAtOnce }, next));
  }

  async function reconcileProvider(provider: GuardedPaymentProvider): Promise<void> {
    const now = clock.now();
    const since = (listedUntil.get(provider.name) ?? now - lookBackMs + overlapMs) - overlapMs;
    try {
      for (const payment of await provider.list(since)) await reconcile(provider, payment);
      listedUntil.set(provider.name, now);
    } catch (error) {
      // It is listed from the same moment the next time.
      if (!(error instanceof OutsideUnavailable)) onFailure(`reconciling payments of ${provider.name}`, error);
    }
  }

  async function reconcile(provider: GuardedPaymentProvider, payment: ListedPayment): Promise<void> {
    const { bookingId, reference, status } = payment;
    if (status === 'over') return;
    const row = await store.find(bookingId);
    // Any account may write our marks on payments of its own: only where the booking's payment was begun is it that.
    if (row?.provider !== provider.name) return status === 'open' ? undefined : reportUnknown(provider, payment);
    if (row.status === 'awaiting_payment') {
      if (clock.now() - row.updatedAt > leftAloneMs) await reconcileBookings.one(row.bookingId);
      return;
    }
    await reconcileEnded(provider, row, reference, status);
  }

  async function reconcileEnded(
    provider: GuardedPaymentProvider,
    row: BookingRow,
    reference: string,
    status: 'captured' | 'authorized' | 'open',
  ): Promise<void> {
    const { bookingId, totalMinor: amountMinor, currency } = row;
    const charge = toCharge(row, { amountMinor, currency }, row.detail, reference);
    const outcome = await (status === 'open' ? provider.cancel(charge) : provider.look(charge));
    if (outcome.status !== 'captured' && outcome.status !== 'authorized') return;
    await recordLatePayment({ bookingId, provider, detail: charge.detail, charge, outcome });
  }

  function reportUnknown(
    provider: GuardedPaymentProvider,
    { reference, bookingId, paid }: ListedPayment,
  ): Promise<void> {
    const facts = { provider: provider.name, bookingId, ...paid };
    const review = { organizerId: 1, kind: 'UNKNOWN_PAYMENT' as const, subject: reference, bookingId: null, facts };
    return openReview(bypassingRls, review, clock.now(), random);
  }

  return {
    all: reconcileAll,
    async one(bookingId: string, name: string, reference: string): Promise<void> {
      const row = await store.find(bookingId);
      const provider = providerOf(name);
      if (!row || !provider || row.provider !== name) return;
      if (row.status === 'awaiting_payment') await reconcileBookings.one(bookingId);
      else if (row.status === 'failed') {
        await reconcileEnded(provider, row, reference, 'captured').catch((error) => {
          // Somebody else's words about a payment that is not there.
          if (!(error instanceof PaymentUnknown)) throw error;
        });
      }
    },
  };
}
