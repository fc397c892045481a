import { type RandomBytes, systemRandom } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import { createOutsideCall, type OutsideCallSettings } from '../../platform/outside-call/outside-call.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { carryOutRefund } from './commands/carry-out-refund.ts';
import { receiveWebhook, type WebhookParts } from './commands/receive-webhook.ts';
import { workOff } from './commands/work-off.ts';
import { createPaymentRoutes, type PaymentMethod } from './http.ts';
import { createSandboxBankRoutes } from './http-sandbox-bank.ts';
import { createWebhookRoutes } from './http-webhooks.ts';
import { createExternalPaymentProvider } from './providers/external-payment-provider.ts';
import { createFreePaymentProvider } from './providers/free-payment-provider.ts';
import { type GuardedPaymentProvider, guardPaymentProvider } from './providers/guard-payment-provider.ts';
import type { PaymentProvider } from './providers/payment-provider.ts';
import { createSandboxBank, type SandboxPayment } from './providers/sandbox-bank.ts';
import { sandboxCards } from './providers/sandbox-cards.ts';
import { createSandboxPaymentProvider, sandboxSignatureHeader } from './providers/sandbox-payment-provider.ts';
import { signWebhook } from './providers/webhook-signature.ts';
import type { AppendBookingEvent } from './store/payment-rows.ts';
import { type PaymentWork, takeOnePaymentWork } from './store/payment-work.ts';

export { writeDueRefund } from './commands/request-refund.ts';
export { DeclineLimits, type Payer } from './domain/decline-limits.ts';
export { type GuardedPaymentProvider, guardPaymentProvider } from './providers/guard-payment-provider.ts';
export type * from './providers/payment-provider.ts';
export { signWebhook } from './providers/webhook-signature.ts';
export { openReview } from './store/payment-reviews.ts';
export {
  type AppendBookingEvent,
  findBegunPayment,
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
export { appendRefundState, type RefundRow } from './store/refund-rows.ts';

const workEveryMs = 2_000;

export interface PaymentsParts {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly random?: RandomBytes;
  readonly sandboxOn: boolean;
  /** Signs the webhooks of the sandbox. */
  readonly sandboxSecret: Uint8Array;
  /** A card provider beside the sandbox: Stripe, where it is set. */
  readonly cards?: { readonly provider: PaymentProvider; readonly publishableKey: string | undefined } | undefined;
  readonly outsideCalls?: Partial<OutsideCallSettings> | undefined;
  readonly baseUrl: () => string;
  readonly settleBooking: WebhookParts['settleBooking'];
  readonly capture: (work: PaymentWork) => Promise<unknown>;
  readonly appendBookingEvent: AppendBookingEvent;
  readonly onFailure: (what: string, error: unknown) => void;
}

/** Money: the ways to be paid, what providers tell us, refunds, and what a person must look at. */
export function createPayments(parts: PaymentsParts) {
  const { database, clock, metrics, random = systemRandom, onFailure } = parts;

  const guard = (provider: PaymentProvider) =>
    guardPaymentProvider(
      provider,
      createOutsideCall({
        name: provider.name,
        clock,
        settings: parts.outsideCalls,
        onState: (state) => metrics.outsideCircuit.set({ service: provider.name }, circuitNumbers[state]),
        onCall: (outcome) => metrics.outsideCalls.inc({ service: provider.name, outcome }),
      }),
    );
  const bank = createSandboxBank({ database, clock, random, baseUrl: parts.baseUrl, deliver: deliverFromBank });
  const sandbox = guard(createSandboxPaymentProvider({ bank, webhookSecret: parts.sandboxSecret, clock }));
  const cards = parts.cards && guard(parts.cards.provider);
  const providers = {
    /** Whoever takes the cards of buyers; null if nobody does. */
    cards: cards ?? (parts.sandboxOn ? sandbox : null),
    external: guard(createExternalPaymentProvider()),
    free: guard(createFreePaymentProvider()),
  };
  // The sandbox is known even where it is off: what was paid by it can still be settled and refunded.
  const all = [sandbox, ...(cards ? [cards] : []), providers.external, providers.free];
  const providerOf = (name: string): GuardedPaymentProvider | undefined => all.find((one) => one.name === name);
  const works = { ...parts, providerOf };
  const webhooks: WebhookParts = { ...parts, providerOf, workOff: async () => void (await workOff(works)) };

  /** The sandbox's own webhooks come the same way as anybody's, signature and all. */
  async function deliverFromBank({ bookingId, reference }: SandboxPayment): Promise<void> {
    const body = Buffer.from(JSON.stringify({ type: 'payment.settled', bookingId, reference }));
    const headers = { [sandboxSignatureHeader]: signWebhook(body, parts.sandboxSecret, clock.now()) };
    await receiveWebhook(webhooks, 'sandbox', body, headers).catch((error) =>
      onFailure('a webhook of the sandbox', error),
    );
  }

  async function refundNow(refundId: string): Promise<void> {
    try {
      const work = await takeOnePaymentWork(database.system, refundId, clock.now());
      if (work) await carryOutRefund(works, work);
    } catch (error) {
      onFailure(`refund ${refundId}`, error);
    }
  }

  const methods: PaymentMethod[] = [];
  if (cards) {
    const { publishableKey } = parts.cards!;
    methods.push({ provider: cards.name, ...(publishableKey !== undefined && { publishableKey }) });
  } else if (providers.cards) {
    const testCards = Object.entries(sandboxCards).map(([token, { about }]) => ({ token, about }));
    methods.push({ provider: 'sandbox', testCards });
  }
  return {
    providers,
    all,
    providerOf,
    refundNow,
    routes: [
      createPaymentRoutes({ ...parts, methods, refundNow }),
      createWebhookRoutes(webhooks),
      ...(providers.cards === sandbox ? [createSandboxBankRoutes(bank)] : []),
    ],
    jobs: [{ name: 'work off payments', everyMs: workEveryMs, run: async () => void (await workOff(works)) }],
  };
}

const circuitNumbers = { closed: 0, 'half-open': 1, open: 2 } as const;
