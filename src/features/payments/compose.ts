import type { RandomBytes } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { SliceShape } from '../../platform/slice.ts';
import { carryOutRefund, type RefundParts } from './commands/carry-out-refund.ts';
import { createLookAtDisputes } from './commands/note-dispute.ts';
import { type ProcessWorkParts, processWork } from './commands/process-payment-work.ts';
import { receiveWebhook, type WebhookParts } from './commands/receive-webhook.ts';
import { createPaymentRoutes } from './http/payments.ts';
import { createSandboxBankRoutes } from './http/sandbox-bank.ts';
import { createWebhookRoutes } from './http/webhooks.ts';
import type { PaidBookings, PaidOrganizers } from './ports.ts';
import type { CardCompany } from './providers/card-providers.ts';
import type { StripeSettings } from './providers/open-stripe-cards.ts';
import type { PaymentProviders } from './providers/payment-providers.ts';
import { hastenAllPaymentWork, takeOnePaymentWork } from './store/payment-work.ts';

/** Cards taken by Stripe. Its SDK is loaded only here: it is large. */
export async function openStripeCards(settings: StripeSettings): Promise<CardCompany> {
  return (await import('./providers/open-stripe-cards.ts')).openStripeCards(settings);
}

const workEveryMs = 2_000;
const disputesEveryMs = 3_600_000;
const disputesFirstMs = 10_000;

/** Money: what providers report, refunds, and what a person must look at. The providers themselves stand before the bookings. */
export function createPayments(parts: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly providers: PaymentProviders;
  readonly bookings: PaidBookings;
  readonly organizers: Pick<PaidOrganizers, 'findOrganizer'>;
  readonly onFailure: (what: string, error: unknown) => void;
}) {
  const { database, clock, random, providers, bookings, onFailure } = parts;
  const { providerOf, listed, methodsOf } = providers;
  const { appendBookingEvent, reconcileRefunds, requestRefund } = bookings;
  const refunds: RefundParts = { database, clock, providerOf, appendBookingEvent, reconcileRefunds, random };
  const work: ProcessWorkParts = { ...refunds, capture: (due) => bookings.capture(due), onFailure };
  const webhooks: WebhookParts = {
    database,
    clock,
    providerOf,
    appendBookingEvent,
    reconcileRefunds,
    reconcileBooking: (bookingId, provider, reference) => bookings.reconcileBooking(bookingId, provider, reference),
    processWork: async () => void (await processWork(work)),
    random,
  };
  providers.sendSandboxWebhooksTo((body, headers) => receiveWebhook(webhooks, 'sandbox', body, headers));

  async function refundNow(refundId: string): Promise<void> {
    try {
      const due = await takeOnePaymentWork(database.bypassingRls, refundId, clock.now());
      if (due) await carryOutRefund(refunds, due);
    } catch (error) {
      onFailure(`refund ${refundId}`, error);
    }
  }

  return {
    routes: [
      createPaymentRoutes({
        database,
        clock,
        appendBookingEvent,
        requestRefund,
        methodsOf,
        findOrganizer: parts.organizers.findOrganizer,
        refundNow,
        random,
      }),
      createWebhookRoutes(webhooks),
      ...(providers.openBank ? [createSandboxBankRoutes(providers.openBank)] : []),
    ],
    jobs: [
      {
        name: 'process payment work',
        runs: 'once in the cluster',
        everyMs: workEveryMs,
        run: async () => void (await processWork(work)),
      },
      {
        name: 'look at disputes',
        runs: 'once in the cluster',
        everyMs: disputesEveryMs,
        firstAfterMs: disputesFirstMs,
        run: createLookAtDisputes({
          database,
          clock,
          providerOf,
          listed,
          appendBookingEvent,
          reconcileRefunds,
          onFailure,
          random,
        }),
      },
    ],
    consumers: [],
    /** What a process that is dead had taken up is due again. */
    start: async ({ isAlone }) => {
      if (isAlone) await hastenAllPaymentWork(database.bypassingRls, clock.now());
    },
  } satisfies SliceShape;
}
