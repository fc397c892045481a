import type { AttemptEnd } from '../../../kernel/attempt-limits.ts';
import type { BegunAttempt } from '../../../platform/attempt-counter/attempt-counter.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import type { Metrics } from '../../../platform/telemetry/metrics.ts';
import type { Hold, PayingHolds } from '../../inventory/index.ts';
import type { OpenPayment } from '../domain/open-payment.ts';
import { challengeGraceMs } from '../domain/payment-times.ts';
import type { PurchaseOutcome } from '../domain/purchase-outcome.ts';
import type { ChargeBooking } from './charge-booking.ts';
import type { ReconcileBookings } from './reconcile-bookings.ts';

/** When to ask again after an outcome that nobody knows; the reconciler goes on from there. */
const lookAgainMs = [2_000, 8_000];

/** Nothing is charged, so nothing is counted. */
export const freeOfCharge: BegunAttempt = { allowed: true, end() {} };

/** Has a booking whose first commit is done paid for, and what that comes to written; wherever its event is owned. `account`: null, a guest. */
export type PayReserved = (
  hold: Hold,
  payment: OpenPayment,
  buyer: { readonly charge: BegunAttempt; readonly account: string | null },
) => Promise<PurchaseOutcome>;

export function createPayReserved(parts: {
  readonly inventory: Pick<PayingHolds, 'extendPayment'>;
  readonly chargeBooking: ChargeBooking;
  readonly reconcileOpen: ReconcileBookings['one'];
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** This account (null: a guest) has tickets that it had not before. */
  readonly onBought: (account: string | null) => void;
  readonly onFailure: (error: unknown) => void;
}): PayReserved {
  const { inventory, chargeBooking, reconcileOpen, clock, metrics, onFailure } = parts;

  /**
   * From the first commit on the payment may have been made, so a fault of ours is no refusal any more: the outcome is
   * not known yet. "Unavailable" is only said while nothing was charged and nothing will be.
   */
  async function orOpen(payment: OpenPayment): Promise<PurchaseOutcome> {
    try {
      return await chargeBooking(payment);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      onFailure(error);
      return { outcome: 'open', booking: { ...payment.booking, status: 'awaiting_payment' }, action: null };
    }
  }

  /** Not over: the buyer gets time to go to the bank; or nobody knows, and it is looked at again soon. */
  function followUp(hold: Hold, { booking, action }: OpenOutcome): void {
    if (action) return inventory.extendPayment(hold, challengeGraceMs);
    const { bookingId } = booking;
    for (const ms of lookAgainMs) clock.after(ms, () => void reconcileOpen(bookingId).catch(onFailure));
  }

  return async (hold, payment, { charge, account }) => {
    const outcome = await orOpen(payment);
    metrics.purchases.inc({ outcome: labelOf(outcome) });
    if (outcome.outcome === 'paid') parts.onBought(account);
    if (outcome.outcome === 'open') followUp(hold, outcome);
    const end = endOf(outcome);
    const ending = charge.end(end);
    // A buyer whose card is declined may try the next at once; one who has bought need not wait for that to be counted.
    if (ending && end === 'failed') await ending;
    return outcome;
  };
}

type OpenOutcome = Extract<PurchaseOutcome, { outcome: 'open' }>;

/** What an outcome says of the card. */
function endOf({ outcome }: PurchaseOutcome): AttemptEnd {
  if (outcome === 'declined') return 'failed';
  return outcome === 'paid' ? 'right' : 'neither';
}

/** The words of the metric: they are older than those of the outcomes. */
function labelOf(outcome: PurchaseOutcome): string {
  if (outcome.outcome === 'paid') return 'completed';
  if (outcome.outcome === 'open') return outcome.action === null ? 'unknown' : 'action';
  return outcome.outcome;
}
