import type { Refusal } from '../../../contract/problem.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import type { BuyerAction, Charge, PaymentOutcome } from '../../payments/index.ts';
import { findBegunPayment, openReview, PaymentNotTaken, recordBegunPayment } from '../../payments/index.ts';
import { asAnswered, type Booking, type BookingEvent, replay } from '../domain/booking.ts';
import { toCharge } from '../domain/charge.ts';
import { timedOut } from '../domain/payment-times.ts';
import { appendBookingEvent } from '../store/append-booking-event.ts';
import type { BookingStore } from '../store/booking-store.ts';
import type { CapturePayment } from './capture-payment.ts';
import type { EndedPayment, EndPayment, OpenBooking, PaymentToSettle } from './end-payment.ts';
import type { Answer } from './known-keys.ts';
import type { AcceptLatePayment } from './late-payment.ts';

/**
 * Failure codes of payments that surely never began: nobody was charged, and nobody will be for this request. A retry with
 * the same key is a new attempt.
 */
export const notMade = 'PAYMENT_NOT_MADE';
const wrongAmount = 'AMOUNT_DIFFERS' as const;

export type SettledPayment =
  | { readonly status: 'completed' | 'declined'; readonly answer: Answer }
  | { readonly status: 'refused'; readonly refusal: Refusal }
  /** The buyer must do something first; the tickets stay Reserved. */
  | { readonly status: 'action'; readonly action: BuyerAction }
  /** The provider did not say: the tickets stay Reserved until it is known. */
  | { readonly status: 'unknown' };

export interface SettlePayment {
  /** Makes the payment of a booking that was just reserved, and the second commit. */
  (payment: PaymentToSettle): Promise<SettledPayment>;
  /** The second commit that follows from what a payment has come to. */
  conclude(payment: PaymentToSettle, outcome: PaymentOutcome): Promise<SettledPayment>;
  /** A booking as its events tell it. */
  read(bookingId: string): Promise<Booking | null>;
  /** A booking that awaits its payment, as it stands; null if it does not. */
  reopen(bookingId: string, organizerId: number): Promise<OpenBooking | null>;
}

export interface SettlePaymentParts extends EndPayment {
  readonly database: WalledDatabase;
  readonly store: BookingStore;
  readonly clock: Clock;
  readonly capturePayment: CapturePayment;
  readonly acceptLatePayment: AcceptLatePayment;
  readonly random?: RandomBytes;
}

/**
 * The second half of a purchase: charge, second commit, capture. Where the provider allows it the order is: make the
 * payment known there, store its id, have the money set aside, commit, take the money. Used by the purchase itself and by
 * whoever finishes one that stopped halfway; charging again with the same key moves no money twice.
 */
export function createSettlePayment(parts: SettlePaymentParts): SettlePayment {
  const {
    database: { system: database },
    store,
    clock,
    complete,
    fail,
    flag,
    random = systemRandom,
  } = parts;

  async function settle(payment: PaymentToSettle): Promise<SettledPayment> {
    const { booking, provider, detail } = payment;
    if (booking.totalMinor === 0) return conclude(payment, { status: 'captured', reference: null });
    // What is settled in this process costs no promise more than it did.
    if (provider.isLocal(detail)) return conclude(payment, await provider.charge(chargeOf(payment)));
    let begun = payment;
    try {
      if (provider.begin) begun = await begin(payment, await provider.begin(chargeOf(payment)));
    } catch (error) {
      // Begun or not, no money has moved: it is let be.
      if (error instanceof PaymentNotTaken) await report(payment, error.failureCode);
      else if (!(error instanceof OutsideUnavailable)) throw error;
      return refuseUnmade(payment);
    }
    let outcome: PaymentOutcome;
    try {
      outcome = await provider.charge(chargeOf(begun));
    } catch (error) {
      if (error instanceof OutsideUnavailable && !error.wasSent) return refuseUnmade(begun);
      throw error;
    }
    if (outcome.status === 'action') begun = await begin(begun, outcome.reference);
    return conclude(begun, outcome);
  }

  /** Buyers are told that nobody takes their money now; why, is for whoever the account belongs to. */
  function report({ booking, provider }: PaymentToSettle, failureCode: string): Promise<void> {
    const { bookingId, organizerId } = booking;
    const review = {
      organizerId,
      kind: 'PAYMENT_NOT_TAKEN' as const,
      subject: `${provider.name} ${failureCode}`,
      bookingId,
    };
    return openReview(database, { ...review, facts: { provider: provider.name, failureCode } }, clock.now(), random);
  }

  /** Stores what the provider calls the payment: whoever finishes it need not search. */
  async function begin(payment: PaymentToSettle, reference: string): Promise<PaymentToSettle> {
    const { booking, provider, context } = payment;
    if (booking.begun) return payment;
    const { bookingId, organizerId, totalMinor: amountMinor, currency } = booking;
    const now = clock.now();
    const paymentId = uuidv7(now, random);
    const row = { paymentId, organizerId, bookingId, provider: provider.name, reference, amountMinor, currency };
    const { actor, correlationId } = context;
    const recorded = await database.transaction((tx) =>
      recordBegunPayment(tx, appendBookingEvent, row, { actor, correlationId, now }),
    );
    if (!recorded) return payment;
    const { version } = recorded;
    return { ...payment, booking: { ...booking, version, begun: { paymentId: recorded.paymentId, reference } } };
  }

  async function conclude(payment: PaymentToSettle, outcome: PaymentOutcome): Promise<SettledPayment> {
    switch (outcome.status) {
      case 'captured':
      case 'authorized':
        return isOtherAmount(payment, outcome) ? refuseAmount(payment, outcome) : give(payment, outcome);
      case 'declined':
        return toSettled(payment, await fail(payment, outcome.failureCode));
      case 'cancelled':
        return toSettled(payment, await fail(payment, timedOut, { lapses: true }));
      case 'absent':
        return toSettled(payment, await fail(withoutKept(payment), notMade));
      case 'action':
        return { status: 'action', action: outcome.action };
      case 'unknown':
        return { status: 'unknown' };
    }
  }

  async function give(payment: PaymentToSettle, outcome: Paid): Promise<SettledPayment> {
    const { reference, status } = outcome;
    const ended = await complete(payment, reference, status);
    if (ended.status === 'otherwise') return afterSomebodyElse(payment, outcome, ended.outcome);
    if (ended.status !== 'completed' || status === 'captured') return toSettled(payment, ended);
    const isRefused = (await parts.capturePayment.now(ended.paymentId)) === 'refused';
    if (!isRefused) return ended;
    const { answer } = payment.declinedAnswer('CAPTURE_REFUSED');
    return { status: 'declined', answer };
  }

  /** Another process, or a webhook, was first. Money for a booking that has ended meanwhile is money that came late. */
  async function afterSomebodyElse(payment: PaymentToSettle, outcome: Paid, found: string): Promise<SettledPayment> {
    const { booking, provider, detail } = payment;
    if (found === 'awaiting_payment') return { status: 'unknown' };
    const charge = { ...chargeOf(payment), reference: outcome.reference };
    await parts.acceptLatePayment({ bookingId: booking.bookingId, provider, detail, charge, outcome });
    return toSettled(payment, { status: 'otherwise', outcome: 'completed' });
  }

  async function refuseAmount(payment: PaymentToSettle, outcome: Paid): Promise<SettledPayment> {
    if (outcome.status === 'authorized') {
      const { status } = await payment.provider.cancel(chargeOf(payment));
      if (status !== 'cancelled') return { status: 'unknown' };
      return toSettled(payment, await fail(payment, wrongAmount));
    }
    await flag(payment, wrongAmount, { ...outcome.paid!, reference: outcome.reference });
    return { status: 'unknown' };
  }

  async function refuseUnmade(payment: PaymentToSettle): Promise<SettledPayment> {
    const ended = await fail(withoutKept(payment), notMade);
    if (ended.status !== 'declined') return toSettled(payment, ended);
    return { status: 'refused', refusal: { code: 'PAYMENT_PROVIDER_DOWN' } };
  }

  async function toSettled({ booking, paidAnswer }: PaymentToSettle, ended: EndedPayment): Promise<SettledPayment> {
    if (ended.status !== 'otherwise') return ended;
    const found = asAnswered((await store.history(booking.bookingId)) as unknown as BookingEvent[]);
    if (found?.status !== 'completed' || found.transactionId === null) return { status: 'unknown' };
    const { transactionId, ticketNumbers } = found;
    return {
      status: 'completed',
      answer: paidAnswer({ ...booking, status: 'completed', transactionId, ticketNumbers }),
    };
  }

  async function read(bookingId: string): Promise<Booking | null> {
    return replay((await store.history(bookingId)) as unknown as BookingEvent[]);
  }

  return Object.assign(settle, {
    conclude,
    read,
    async reopen(bookingId: string, organizerId: number): Promise<OpenBooking | null> {
      const booking = await read(bookingId);
      if (booking?.status !== 'awaiting_payment') return null;
      const known = booking.version > 1 ? await findBegunPayment(database, bookingId) : null;
      const begun = known && { paymentId: known.paymentId, reference: known.reference! };
      return { ...booking, organizerId, begun };
    },
  });
}

type Paid = Extract<PaymentOutcome, { status: 'captured' | 'authorized' }>;

/** Nothing is kept under the key: a retry with it may try again. */
function withoutKept(payment: PaymentToSettle): PaymentToSettle {
  return {
    ...payment,
    declinedAnswer: (failureCode) => ({ ...payment.declinedAnswer(failureCode), kept: null }),
  };
}

function isOtherAmount({ booking }: PaymentToSettle, { paid }: Paid): boolean {
  return paid !== undefined && (paid.amountMinor !== booking.totalMinor || paid.currency !== booking.currency);
}

/** The payment of a booking as its provider is asked about it. */
export function chargeOf({ booking, detail }: Pick<PaymentToSettle, 'booking' | 'detail'>): Charge {
  const { totalMinor: amountMinor, currency, begun } = booking;
  return toCharge(booking, { amountMinor, currency }, detail, begun?.reference ?? null);
}
