import type { BuyerAction, PaymentOutcome } from '../../payments/index.ts';
import { asAnswered } from '../domain/booking.ts';
import { captureRefused, notMade, timedOut, wrongAmount } from '../domain/failure-codes.ts';
import { chargeOf, type OpenPayment } from '../domain/open-payment.ts';
import { outcomeOf, type PurchaseOutcome, refused } from '../domain/purchase-outcome.ts';
import type { BookingStore } from '../store/booking-store.ts';
import type { CapturePayment } from './capture-payment.ts';
import type { RecordLatePayment } from './record-late-payment.ts';
import type { SecondCommit, Written } from './second-commit.ts';

/** Records what a payment came to, whoever asked for it: its purchase, a webhook, the reconciler. */
export interface RecordOutcome {
  /** Does what follows for the booking, its tickets and its hold. One that is recorded already is answered as it is. */
  record(payment: OpenPayment, outcome: PaymentOutcome): Promise<PurchaseOutcome>;
  /** The payment surely never began, for its provider could not be asked: no money has moved, and none will. */
  recordNotMade(payment: OpenPayment): Promise<PurchaseOutcome>;
}

/**
 * From the provider's word to the second commit: paid (the tickets are sold, and money that was set aside is taken), declined
 * or let go (the places are free again), open (nothing is written).
 */
export function createRecordOutcome({
  store,
  secondCommit,
  capturePayment,
  recordLatePayment,
}: {
  readonly store: Pick<BookingStore, 'events' | 'keepDeclined'>;
  readonly secondCommit: SecondCommit;
  readonly capturePayment: CapturePayment;
  readonly recordLatePayment: RecordLatePayment;
}): RecordOutcome {
  async function record(payment: OpenPayment, outcome: PaymentOutcome): Promise<PurchaseOutcome> {
    switch (outcome.status) {
      case 'captured':
      case 'authorized':
        return isOtherAmount(payment, outcome) ? recordOtherAmount(payment, outcome) : recordPaid(payment, outcome);
      case 'declined':
        return outcomeAfter(payment, await secondCommit.unpaid(payment, outcome.failureCode));
      case 'cancelled':
        return outcomeAfter(payment, await secondCommit.unpaid(payment, timedOut));
      case 'absent':
        return outcomeAfter(payment, await secondCommit.unpaid(payment, notMade, { freesKey: true }));
      case 'action':
        return open(payment, outcome.action);
      case 'unknown':
        return open(payment, null);
    }
  }

  async function recordPaid(payment: OpenPayment, outcome: Paid): Promise<PurchaseOutcome> {
    const { reference, status } = outcome;
    const written = await secondCommit.paid(payment, reference, status);
    if (written.as === 'otherwise') return afterSomebodyElse(payment, outcome, written.found);
    if (written.as !== 'paid' || status === 'captured') return outcomeAfter(payment, written);
    const isRefused = (await capturePayment.now(written.paymentId)) === 'refused';
    if (!isRefused) return { outcome: 'paid', booking: written.booking };
    const declined = secondCommit.declinedFacts(payment, captureRefused);
    const key = payment.buyer?.key;
    return { outcome: 'declined', declined: key ? await store.keepDeclined(key, declined) : declined };
  }

  /** Another process, or a webhook, was first. Money for a booking that has ended meanwhile is money that came late. */
  async function afterSomebodyElse(payment: OpenPayment, outcome: Paid, found: string): Promise<PurchaseOutcome> {
    const { booking, provider, detail } = payment;
    if (found === 'awaiting_payment') return open(payment, null);
    const charge = { ...chargeOf(payment), reference: outcome.reference };
    await recordLatePayment({ bookingId: booking.bookingId, provider, detail, charge, outcome });
    return asItStands(payment);
  }

  async function recordOtherAmount(payment: OpenPayment, outcome: Paid): Promise<PurchaseOutcome> {
    if (outcome.status === 'authorized') {
      const { status } = await payment.provider.cancel(chargeOf(payment));
      if (status !== 'cancelled') return open(payment, null);
      return outcomeAfter(payment, await secondCommit.unpaid(payment, wrongAmount));
    }
    await secondCommit.review(payment, wrongAmount, { ...outcome.paid!, reference: outcome.reference });
    return open(payment, null);
  }

  async function recordNotMade(payment: OpenPayment): Promise<PurchaseOutcome> {
    const written = await secondCommit.unpaid(payment, notMade, { freesKey: true });
    if (written.as !== 'unpaid') return asItStands(payment);
    // The hold is kept as after a declined card.
    return refused({ code: 'PAYMENT_PROVIDER_DOWN', expiresAt: written.declined.expiresAt });
  }

  function outcomeAfter(payment: OpenPayment, written: Written): PurchaseOutcome | Promise<PurchaseOutcome> {
    switch (written.as) {
      case 'paid':
        return { outcome: 'paid', booking: written.booking };
      case 'unpaid':
        return { outcome: 'declined', declined: written.declined };
      case 'reference_used':
        return refused({ code: 'PAYMENT_REFERENCE_USED' });
      case 'otherwise':
        return asItStands(payment);
    }
  }

  /** Somebody else has recorded an outcome: it counts. */
  async function asItStands(payment: OpenPayment): Promise<PurchaseOutcome> {
    const found = asAnswered(await store.events(payment.booking.bookingId));
    return found?.status === 'completed' ? outcomeOf(found, null)! : open(payment, null);
  }

  return { record, recordNotMade };
}

type Paid = Extract<PaymentOutcome, { status: 'captured' | 'authorized' }>;

function open({ booking }: OpenPayment, action: BuyerAction | null): PurchaseOutcome {
  return { outcome: 'open', booking: { ...booking, status: 'awaiting_payment' }, action };
}

function isOtherAmount({ booking }: OpenPayment, { paid }: Paid): boolean {
  return paid !== undefined && (paid.amountMinor !== booking.totalMinor || paid.currency !== booking.currency);
}
