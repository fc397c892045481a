export type { ReconcileRefunds } from './commands/reconcile-refunds.ts';
export { type RefundRefusal, type RefundToRequest, writeDueRefund } from './commands/request-refund.ts';
export { createPayments, openStripeCards } from './compose.ts';
export { declineLimits, type Payer, type PayerKind } from './domain/decline-limits.ts';
export { payStepOf, readProviderName } from './domain/provider-name.ts';
export type { CardCompany } from './providers/card-providers.ts';
export type { GuardedPaymentProvider } from './providers/guard-payment-provider.ts';
export * from './providers/payment-provider.ts';
export { createPaymentProviders, type PaymentProviders } from './providers/payment-providers.ts';
export { signWebhook } from './providers/webhook-signature.ts';
export type { PaymentsRefusals } from './refusals.ts';
export { openReview } from './store/payment-reviews.ts';
export {
  findBegunPayment,
  findPaymentFor,
  type PaymentRow,
  paymentsOfBooking,
  recordBegunPayment,
} from './store/payment-rows.ts';
export {
  addPaymentWork,
  endPaymentWork,
  type PaymentWork,
  postponePaymentWork,
  takeOnePaymentWork,
} from './store/payment-work.ts';
export { claimRefundKey, findRefundKey } from './store/refund-keys.ts';
export { appendRefundState, failRefund, leftOfPayment } from './store/refund-rows.ts';
