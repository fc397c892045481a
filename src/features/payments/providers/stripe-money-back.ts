import type Stripe from 'stripe';
import { fromStripeAmount } from '../domain/stripe-amount.ts';
import type { PaymentProvider } from './payment-provider.ts';
import { askStripe, isRefusedForGood } from './stripe-faults.ts';
import { disputeOf, isNews, listedRefundOf, ourIntentOf } from './stripe-objects.ts';

const listedPerPage = 100;
const listedMax = 10_000;
const withIntent = ['data.payment_intent'];

interface Page<T> {
  readonly data: T[];
  readonly has_more: boolean;
}

type MoneyBack = Required<Pick<PaymentProvider, 'refundsOf' | 'refundedSince' | 'readDispute' | 'disputesSince'>>;

/** What of payments at Stripe went back to their buyers: refunds, whoever gave them, and disputes. */
export function stripeMoneyBack(stripe: Stripe): MoneyBack {
  return {
    async refundsOf(reference) {
      const question = { payment_intent: reference, limit: listedPerPage, expand: withIntent };
      const page = await known(() => stripe.refunds.list(question));
      const intent = page?.data[0] && ourIntentOf(page.data[0]);
      if (!intent) return null;
      return { bookingId: intent.metadata.booking_id!, reference, found: page.data.map(listedRefundOf) };
    },
    async refundedSince(since) {
      const references = new Set<string>();
      const pages = pagesSince(since, (question) => stripe.refunds.list(question));
      for await (const refund of pages) {
        const intent = isNews(refund) ? ourIntentOf(refund) : null;
        if (intent) references.add(intent.id);
      }
      return [...references];
    },
    async readDispute(disputeId) {
      const dispute = await known(() => stripe.disputes.retrieve(disputeId, { expand: ['payment_intent'] }));
      return dispute && disputeOf(dispute, fromStripeAmount(dispute.amount, dispute.currency));
    },
    async disputesSince(since) {
      const ids = [];
      const pages = pagesSince(since, (question) => stripe.disputes.list(question));
      for await (const dispute of pages) if (ourIntentOf(dispute)) ids.push(dispute.id);
      return ids;
    },
  };
}

/** Null for what Stripe does not know: a test, or an account that is connected no more. */
async function known<T>(request: () => Promise<T>): Promise<T | null> {
  try {
    return await askStripe(request);
  } catch (error) {
    if (isRefusedForGood(error)) return null;
    throw error;
  }
}

async function* pagesSince<T extends { readonly id: string }>(
  since: number,
  list: (question: {
    created: { gte: number };
    limit: number;
    expand: string[];
    starting_after?: string;
  }) => Promise<Page<T>>,
): AsyncGenerator<T> {
  let after: string | undefined;
  for (let count = 0; count < listedMax; count += listedPerPage) {
    const question = { created: { gte: Math.floor(since / 1000) }, limit: listedPerPage, expand: withIntent };
    const page = await askStripe(() => list({ ...question, ...(after !== undefined && { starting_after: after }) }));
    yield* page.data;
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return;
  }
}
