import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { openReview, PaymentNotTaken, type PaymentOutcome, recordBegunPayment } from '../../payments/index.ts';
import { chargeOf, type OpenPayment } from '../domain/open-payment.ts';
import type { PurchaseOutcome } from '../domain/purchase-outcome.ts';
import { appendBookingEvent } from '../store/append-booking-event.ts';
import type { RecordOutcome } from './record-outcome.ts';

/** Charges a booking that was just reserved, and has recorded what that came to. */
export type ChargeBooking = (payment: OpenPayment) => Promise<PurchaseOutcome>;

/**
 * The charge of a purchase, between its two commits. Where the provider allows it the order is: make the payment known there,
 * store its id, have the money set aside, commit, take the money. Charging again with the same key moves no money twice.
 */
export function createChargeBooking({
  database: { bypassingRls },
  recordOutcome,
  clock,
  random = systemRandom,
}: {
  readonly database: TenantDatabase;
  readonly recordOutcome: RecordOutcome;
  readonly clock: Clock;
  readonly random?: RandomBytes;
}): ChargeBooking {
  async function charge(payment: OpenPayment): Promise<PurchaseOutcome> {
    const { booking, provider, detail } = payment;
    if (booking.totalMinor === 0) return recordOutcome.record(payment, { status: 'captured', reference: null });
    // What is charged in this process costs no more promises than it did.
    if (provider.isLocal(detail)) return recordOutcome.record(payment, await provider.charge(chargeOf(payment)));
    let begun = payment;
    try {
      if (provider.begin) begun = await begin(payment, await provider.begin(chargeOf(payment)));
    } catch (error) {
      // Begun or not, no money has moved: it is let be.
      if (error instanceof PaymentNotTaken) await report(payment, error.failureCode);
      else if (!(error instanceof OutsideUnavailable)) throw error;
      return recordOutcome.recordNotMade(payment);
    }
    let outcome: PaymentOutcome;
    try {
      outcome = await provider.charge(chargeOf(begun));
    } catch (error) {
      if (error instanceof OutsideUnavailable && !error.wasSent) return recordOutcome.recordNotMade(begun);
      throw error;
    }
    if (outcome.status === 'action') begun = await begin(begun, outcome.reference);
    return recordOutcome.record(begun, outcome);
  }

  /** Buyers hear that nobody takes their money now; why, is for whoever the account belongs to. */
  function report({ booking, provider }: OpenPayment, failureCode: string): Promise<void> {
    const { bookingId, organizerId } = booking;
    const review = {
      organizerId,
      kind: 'PAYMENT_NOT_TAKEN' as const,
      subject: `${provider.name} ${failureCode}`,
      bookingId,
    };
    return openReview(
      bypassingRls,
      { ...review, facts: { provider: provider.name, failureCode } },
      clock.now(),
      random,
    );
  }

  /** Stores what the provider calls the payment: whoever finishes it need not search. */
  async function begin(payment: OpenPayment, reference: string): Promise<OpenPayment> {
    const { booking, provider, context } = payment;
    if (booking.begun) return payment;
    const { bookingId, organizerId, totalMinor: amountMinor, currency } = booking;
    const now = clock.now();
    const paymentId = uuidv7(now, random);
    const row = { paymentId, organizerId, bookingId, provider: provider.name, reference, amountMinor, currency };
    const { actor, correlationId } = context;
    const recorded = await bypassingRls.transaction((tx) =>
      recordBegunPayment(tx, appendBookingEvent, row, { actor, correlationId, now }),
    );
    if (!recorded) return payment;
    const { version } = recorded;
    return { ...payment, booking: { ...booking, version, begun: { paymentId: recorded.paymentId, reference } } };
  }

  return charge;
}
