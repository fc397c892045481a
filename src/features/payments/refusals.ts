import { codesOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { MoneyRefusal } from '../../kernel/money.ts';
import type { RefundRefusal } from './commands/request-refund.ts';
import type { resolvePaymentReview } from './commands/resolve-review.ts';
import type { ProviderRefusal } from './providers/payment-provider.ts';

/** Everything that this slice refuses with. */
export type PaymentsRefusals = ProviderRefusal | RefundRefusal | RefusalIn<typeof resolvePaymentReview>;

/** The codes that a refund can be refused with, its amount among them. */
export const refundProblems = codesOf<RefundRefusal | MoneyRefusal>({
  AMOUNT_OUT_OF_RANGE: true,
  CURRENCY_UNKNOWN: true,
  IDEMPOTENCY_KEY_REUSED: true,
  PAYMENT_NOT_CAPTURED: true,
  PAYMENT_NOT_FOUND: true,
  REFUND_KEEPS_TICKETS: true,
  REFUND_REPEATED: true,
  REFUND_TOO_MUCH: true,
  TOO_MANY_DECIMALS: true,
});
export const resolveProblems = codesOf<RefusalIn<typeof resolvePaymentReview>>({ REVIEW_NOT_FOUND: true });
