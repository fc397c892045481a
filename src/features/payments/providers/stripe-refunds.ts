import type Stripe from 'stripe';
import { toStripeAmount } from '../domain/stripe-amount.ts';
import type { Refund, RefundOutcome } from './payment-provider.ts';
import { askStripe, isRefusedForGood, toFailureCode } from './stripe-faults.ts';

/**
 * Refunds once per refund id. Stripe forgets idempotency keys after a day, so a refund that carries our id is looked for
 * first: a retry a week later still finds it.
 */
export async function refundAtStripe(stripe: Stripe, refund: Refund): Promise<RefundOutcome> {
  const { refundId, bookingId, reference, amountMinor, currency } = refund;
  const counted = toStripeAmount(amountMinor, currency);
  // A part that Stripe cannot count never becomes payable: staff give it back by hand.
  if (!counted.accepted) return { status: 'failed', failureCode: counted.refusal.code };
  const made = await askStripe(() => stripe.refunds.list({ payment_intent: reference, limit: 100 }));
  const earlier = made.data.find(({ metadata }) => metadata?.refund_id === refundId);
  if (earlier) return toOutcome(earlier);
  try {
    const created = await askStripe(() =>
      stripe.refunds.create(
        {
          payment_intent: reference,
          amount: counted.value,
          metadata: { refund_id: refundId, booking_id: bookingId },
        },
        { idempotencyKey: refundId },
      ),
    );
    return toOutcome(created);
  } catch (error) {
    if (!isRefusedForGood(error)) throw error;
    return { status: 'failed', failureCode: toFailureCode((error as { code?: string }).code ?? 'refund_refused') };
  }
}

function toOutcome({ status, failure_reason: reason }: Stripe.Refund): RefundOutcome {
  if (status === 'succeeded') return { status: 'refunded' };
  if (status === 'failed' || status === 'canceled') {
    return { status: 'failed', failureCode: toFailureCode(reason ?? 'refund_failed') };
  }
  return { status: 'unknown' };
}
