import type Stripe from 'stripe';
import { isUuid } from '../../../kernel/ids.ts';
import { toProviderName } from '../domain/provider-name.ts';
import { fromStripeAmount } from '../domain/stripe-amount.ts';
import type {
  Amount,
  Dispute,
  ListedPayment,
  ListedRefund,
  PaymentNotice,
  PaymentOutcome,
} from './payment-provider.ts';
import { toFailureCode } from './stripe-faults.ts';

/**
 * What a PaymentIntent's state means for us (https://docs.stripe.com/payments/paymentintents/lifecycle). `detail` is the
 * card that we confirm with ourselves; empty where the buyer does it in the browser, which must know of the `account`.
 */
export function outcomeOf(intent: Stripe.PaymentIntent, detail: string, account: string | null): PaymentOutcome {
  const { id: reference, status, currency } = intent;
  switch (status) {
    case 'succeeded':
      return { status: 'captured', reference, paid: fromStripeAmount(intent.amount_received, currency) };
    case 'requires_capture':
      return { status: 'authorized', reference, paid: fromStripeAmount(intent.amount_capturable, currency) };
    case 'requires_action':
      return { status: 'action', reference, action: actionOf(intent, account) };
    case 'requires_payment_method':
    case 'requires_confirmation':
      if (intent.last_payment_error) {
        const { decline_code, code } = intent.last_payment_error;
        return { status: 'declined', failureCode: toFailureCode(decline_code ?? code) };
      }
      // Nobody has paid, and nobody but us can: as good as never made.
      return detail === '' ? { status: 'action', reference, action: actionOf(intent, account) } : { status: 'absent' };
    case 'canceled':
      return { status: 'cancelled' };
    default:
      return { status: 'unknown' };
  }
}

function actionOf({ next_action: next, client_secret: clientSecret }: Stripe.PaymentIntent, account: string | null) {
  const url = next?.redirect_to_url?.url ?? null;
  const type = url === null ? ('confirm' as const) : ('redirect' as const);
  return { type, url, clientSecret, ...(account !== null && { account }) };
}

/** Made by an Onsale: others may use the same account. */
export function isOurs({ metadata }: Stripe.PaymentIntent): boolean {
  return isUuid(metadata.booking_id ?? '');
}

export function listedOf(intent: Stripe.PaymentIntent): ListedPayment {
  const { id: reference, metadata, status, currency } = intent;
  const bookingId = metadata.booking_id!;
  if (status === 'succeeded') {
    return { reference, bookingId, status: 'captured', paid: fromStripeAmount(intent.amount_received, currency) };
  }
  const paid = fromStripeAmount(intent.amount, currency);
  if (status === 'requires_capture') return { reference, bookingId, status: 'authorized', paid };
  return { reference, bookingId, status: status === 'canceled' ? 'over' : 'open', paid };
}

/** What a webhook is about. Events of other products, or of payments that are not ours, are `other`. */
export function noticeOf(event: Stripe.Event): PaymentNotice {
  const { type, data, account } = event;
  const provider = toProviderName('stripe', account ?? null);
  if (type.startsWith('payment_intent.')) {
    const intent = data.object as Stripe.PaymentIntent;
    const { id: reference, metadata } = intent;
    if (isOurs(intent)) return { kind: 'payment', provider, bookingId: metadata.booking_id!, reference };
  }
  if (type.startsWith('refund.') || type === 'charge.refund.updated') {
    const refund = data.object as Stripe.Refund;
    const { payment_intent: intent } = refund;
    // Of those that we gave and that reached the buyer nothing more is to be found out: a called-off show has thousands.
    const reference = isNews(refund) ? (typeof intent === 'string' ? intent : (intent?.id ?? null)) : null;
    return { kind: 'refund', provider, reference, refundId: markOf(refund.metadata) };
  }
  if (type.startsWith('charge.dispute.')) {
    return { kind: 'dispute', provider, disputeId: (data.object as Stripe.Dispute).id };
  }
  return { kind: 'other' };
}

/** Our id of a refund that we gave; null for one that somebody gave in Stripe's own pages. */
function markOf(metadata: Stripe.Metadata | null): string | null {
  const refundId = metadata?.refund_id;
  return refundId && isUuid(refundId) ? refundId : null;
}

/** Whether a refund is to be looked at: one that is not ours, or that did not reach the buyer. */
export function isNews({ metadata, status }: Stripe.Refund): boolean {
  return markOf(metadata) === null || isLost(status);
}

export function listedRefundOf(refund: Stripe.Refund): ListedRefund {
  const { id: reference, metadata, status, amount, currency } = refund;
  const money = { reference, refundId: markOf(metadata), ...fromStripeAmount(amount, currency) };
  return { ...money, origin: 'provider', status: isLost(status) ? 'failed' : 'made' };
}

/** One that is still on its way counts as made: Stripe does not give the same money twice. */
function isLost(status: string | null): boolean {
  return status === 'failed' || status === 'canceled';
}

/** The payment of ours that something is about; null if it is none. `payment_intent` must be expanded. */
export function ourIntentOf({
  payment_intent: intent,
}: Pick<Stripe.Refund | Stripe.Dispute, 'payment_intent'>): Stripe.PaymentIntent | null {
  return intent === null || typeof intent === 'string' || !isOurs(intent) ? null : intent;
}

/** Null for a dispute about a payment that is not ours. `payment_intent` must be expanded. */
export function disputeOf(dispute: Stripe.Dispute, amount: Amount): Dispute | null {
  const { id: disputeId, reason, status, evidence_details: evidence } = dispute;
  const intent = ourIntentOf(dispute);
  if (!intent) return null;
  const answerBy = evidence?.due_by ? evidence.due_by * 1000 : null;
  return {
    disputeId,
    bookingId: intent.metadata.booking_id!,
    reference: intent.id,
    reason,
    status,
    answerBy,
    ...amount,
  };
}
