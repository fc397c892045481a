import type { PaymentAnswer, RefundAnswer, ReviewAnswer } from '../../../contract/payments.ts';
import { toDecimal } from '../../../kernel/money.ts';
import { readProviderName } from '../domain/provider-name.ts';
import type { PaymentReview } from '../store/payment-reviews.ts';
import type { PaymentRow } from '../store/payment-rows.ts';
import type { RefundRow } from '../store/refund-rows.ts';

/** A refund as the API shows it. */
export function toRefundAnswer(refund: RefundRow): RefundAnswer {
  const { refundId, paymentId, bookingId, amountMinor, currency, reason, state, failureCode, origin, createdAt } =
    refund;
  return {
    refundId,
    paymentId,
    bookingId,
    amount: toDecimal(amountMinor, currency),
    currency,
    reason,
    status: state,
    failureCode,
    origin,
    createdAt: new Date(createdAt).toISOString(),
  };
}

/** A payment as the API shows it to staff. */
export function toPaymentAnswer(payment: PaymentRow, refunds: readonly RefundRow[]): PaymentAnswer {
  const { paymentId, bookingId, provider, reference, state, failureCode, amountMinor, currency, createdAt } = payment;
  const { company, account } = readProviderName(provider);
  const refundedMinor = refunds
    .filter((one) => one.state === 'refunded')
    .reduce((sum, one) => sum + one.amountMinor, 0);
  return {
    paymentId,
    bookingId,
    provider: company,
    account,
    reference,
    status: state,
    failureCode,
    amount: toDecimal(amountMinor, currency),
    currency,
    refunded: toDecimal(refundedMinor, currency),
    createdAt: new Date(createdAt).toISOString(),
    refunds: refunds.map(toRefundAnswer),
  };
}

export function toReviewAnswer(review: PaymentReview): ReviewAnswer {
  const { reviewId, kind, subject, bookingId, facts, createdAt, updatedAt } = review;
  const [created, updated] = [new Date(createdAt).toISOString(), new Date(updatedAt).toISOString()];
  return { reviewId, kind, subject, bookingId, facts, createdAt: created, updatedAt: updated };
}
