import Stripe from 'stripe';
import { instantOfUuid } from '../../../kernel/ids.ts';
import { acceptedValue } from '../../../platform/http/refused.ts';
import { toProviderName } from '../domain/provider-name.ts';
import { toStripeAmount } from '../domain/stripe-amount.ts';
import type { Charge, PaymentOutcome, PaymentProvider } from './payment-provider.ts';
import {
  askForPayment,
  askStripe,
  askToBegin,
  declineCodeOf,
  isRefusedForGood,
  isUnexpectedState,
} from './stripe-faults.ts';
import { stripeMoneyBack } from './stripe-money-back.ts';
import { isOurs, listedOf, noticeOf, outcomeOf as outcomeOfIntent } from './stripe-objects.ts';
import { refundAtStripe } from './stripe-refunds.ts';
import { timelySecondOf } from './webhook-signature.ts';

export interface StripeAccess {
  readonly secretKey: string;
  /** `https://api.stripe.com` unless a test says otherwise. */
  readonly apiBase: string | undefined;
}

/** Of one request. The guards around the provider wait a little longer. */
const requestTimeoutMs = 7_000;
/** How far the clocks of Stripe and ours may differ when payments are searched by time. */
const clockSkewSeconds = 300;
const listedPerPage = 100;
const listedMax = 2_000;

/**
 * The official SDK, pointed at Stripe or at what plays it; with an account it asks about nothing but that. Retries are ours
 * (budget, breaker), so it makes none.
 */
export function openStripe({ secretKey, apiBase }: StripeAccess, account: string | null = null): Stripe {
  const base = apiBase === undefined ? undefined : new URL(apiBase);
  return new Stripe(secretKey, {
    maxNetworkRetries: 0,
    timeout: requestTimeoutMs,
    telemetry: false,
    ...(account !== null && { stripeAccount: account }),
    ...(base && {
      host: base.hostname,
      port: base.port || (base.protocol === 'https:' ? 443 : 80),
      protocol: base.protocol === 'https:' ? 'https' : 'http',
    }),
  });
}

/**
 * Card payments through Stripe. A PaymentIntent is made with our booking id in its metadata and its id is stored before it
 * is confirmed; then authorise, commit, capture. Where a method knows no separate capture, Stripe captures at once. The
 * detail is a payment method's id (`pm_…`), or empty: then the buyer confirms in the browser with the client secret. For
 * an organiser's own account these are direct charges: the money, its refunds and its disputes are that organiser's.
 */
export function createStripePaymentProvider(parts: {
  readonly stripe: Stripe;
  /** That `stripe` asks about; null for the platform's own. */
  readonly account?: string | null;
  /** Of the endpoints that Stripe calls. None: webhooks are refused, and the reconciler asks instead. */
  readonly webhookSecrets: readonly string[];
  /** Where a bank sends the buyer back to. */
  readonly returnUrl: () => string;
}): PaymentProvider {
  const { stripe, account = null, webhookSecrets, returnUrl } = parts;
  const intents = stripe.paymentIntents;
  const outcomeOf = (intent: Stripe.PaymentIntent, detail: string) => outcomeOfIntent(intent, detail, account);

  async function find(charge: Charge): Promise<Stripe.PaymentIntent | null> {
    if (charge.reference !== null) return askForPayment(() => intents.retrieve(charge.reference!));
    const madeAt = Math.floor(instantOfUuid(charge.bookingId) / 1000);
    for await (const intent of listSince(madeAt - clockSkewSeconds)) {
      if (intent.metadata.booking_id === charge.bookingId && intent.metadata.key === charge.idempotencyKey)
        return intent;
    }
    return null;
  }

  async function* listSince(seconds: number): AsyncGenerator<Stripe.PaymentIntent> {
    let after: string | undefined;
    for (let count = 0; count < listedMax; count += listedPerPage) {
      const question = { created: { gte: seconds }, limit: listedPerPage, ...(after && { starting_after: after }) };
      const page = await askStripe(() => intents.list(question));
      yield* page.data;
      after = page.data.at(-1)?.id;
      if (!page.has_more || after === undefined) return;
    }
  }

  async function cancelIntent(intent: Stripe.PaymentIntent): Promise<Stripe.PaymentIntent> {
    try {
      return await askStripe(() => intents.cancel(intent.id));
    } catch (error) {
      if (isUnexpectedState(error)) return askStripe(() => intents.retrieve(intent.id));
      throw error;
    }
  }

  /** A declined intent could be confirmed again with another card: it is over only when it is cancelled. */
  async function declined(intent: Stripe.PaymentIntent, failureCode: string): Promise<PaymentOutcome> {
    const outcome = outcomeOf(await cancelIntent(intent), '');
    return outcome.status === 'cancelled' ? { status: 'declined', failureCode } : outcome;
  }

  async function settledOutcomeOf(intent: Stripe.PaymentIntent, charge: Charge): Promise<PaymentOutcome> {
    const outcome = outcomeOf(intent, charge.detail);
    if (outcome.status !== 'declined' || intent.status === 'canceled') return outcome;
    return declined(intent, outcome.failureCode);
  }

  async function confirm(charge: Charge, reference: string): Promise<PaymentOutcome> {
    const { detail, idempotencyKey } = charge;
    if (detail === '') return settledOutcomeOf(await askStripe(() => intents.retrieve(reference)), charge);
    try {
      const intent = await askStripe(() =>
        intents.confirm(
          reference,
          { payment_method: detail, return_url: returnUrl() },
          { idempotencyKey: `${idempotencyKey}:confirm` },
        ),
      );
      return settledOutcomeOf(intent, charge);
    } catch (error) {
      const failureCode = declineCodeOf(error) ?? (isRefusedForGood(error) ? 'CARD_REFUSED' : undefined);
      if (failureCode === undefined) throw error;
      const intent = await askStripe(() => intents.retrieve(reference));
      const outcome = outcomeOf(intent, detail);
      const isOpen = outcome.status === 'declined' || outcome.status === 'absent';
      return isOpen ? declined(intent, failureCode) : outcome;
    }
  }

  return {
    name: toProviderName('stripe', account),
    isLocal: () => false,
    // Stripe's own test cards are everybody's.
    cardOf: (detail) => (detail === '' || detail.startsWith('pm_card_') ? null : detail),
    refuse(detail, amount) {
      if (!/^(pm_\w{1,100})?$/.test(detail)) return { code: 'PAYMENT_TOKEN_UNKNOWN' };
      const counted = amount ? toStripeAmount(amount.amountMinor, amount.currency) : undefined;
      return counted?.accepted === false ? counted.refusal : null;
    },
    async begin({ bookingId, organizerId, amountMinor, currency, idempotencyKey }) {
      const intent = await askToBegin(() =>
        intents.create(
          {
            amount: acceptedValue(toStripeAmount(amountMinor, currency)),
            currency: currency.toLowerCase(),
            automatic_payment_methods: { enabled: true },
            payment_method_options: { card: { capture_method: 'manual' } },
            metadata: { booking_id: bookingId, organizer_id: String(organizerId), key: idempotencyKey },
          },
          { idempotencyKey: `${idempotencyKey}:create` },
        ),
      );
      return intent.id;
    },
    async charge(charge) {
      if (charge.reference === null) throw new Error('A Stripe payment is begun before it is charged');
      return confirm(charge, charge.reference);
    },
    async look(charge) {
      const intent = await find(charge);
      return intent === null ? { status: 'absent' } : settledOutcomeOf(intent, charge);
    },
    async cancel(charge) {
      const intent = await find(charge);
      return intent === null ? { status: 'absent' } : outcomeOf(await cancelIntent(intent), charge.detail);
    },
    async capture(charge) {
      try {
        const options = { idempotencyKey: `${charge.idempotencyKey}:capture` };
        return outcomeOf(await askStripe(() => intents.capture(charge.reference!, {}, options)), charge.detail);
      } catch (error) {
        if (!isRefusedForGood(error) && declineCodeOf(error) === undefined) throw error;
        const outcome = outcomeOf(await askStripe(() => intents.retrieve(charge.reference!)), charge.detail);
        return outcome.status === 'captured' ? outcome : { status: 'declined', failureCode: 'CAPTURE_REFUSED' };
      }
    },
    refund: (refund) => refundAtStripe(stripe, refund),
    async list(since) {
      const listed = [];
      for await (const intent of listSince(Math.floor(since / 1000))) if (isOurs(intent)) listed.push(listedOf(intent));
      return listed.reverse();
    },
    ...stripeMoneyBack(stripe),
    readNotice(body, headers, now) {
      const signature = headers['stripe-signature'];
      // The SDK refuses what was signed long ago, not what is signed for tomorrow.
      if (typeof signature !== 'string' || timelySecondOf(signature, now) === null) return null;
      for (const secret of webhookSecrets) {
        try {
          const tolerance = undefined;
          return noticeOf(stripe.webhooks.constructEvent(body, signature, secret, tolerance, undefined, now));
        } catch {
          // Signed with another's secret, or by nobody.
        }
      }
      return null;
    },
  };
}
