import { type RandomBytes, systemRandom } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import {
  createOutsideCall,
  type OutsideCall,
  type OutsideCallSettings,
} from '../../platform/outside-call/outside-call.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import type { Metrics } from '../../platform/telemetry/metrics.ts';
import { carryOutRefund } from './commands/carry-out-refund.ts';
import type { MatchRefunds } from './commands/match-refunds.ts';
import { createLookAtDisputes } from './commands/note-dispute.ts';
import { receiveWebhook, type WebhookParts } from './commands/receive-webhook.ts';
import type { RequestRefund } from './commands/request-refund.ts';
import { workOff } from './commands/work-off.ts';
import { createPaymentRoutes, type PaymentMethod } from './http.ts';
import { createSandboxBankRoutes } from './http-sandbox-bank.ts';
import { createWebhookRoutes } from './http-webhooks.ts';
import { type CardCompany, createCardProviders } from './providers/card-providers.ts';
import { createExternalPaymentProvider } from './providers/external-payment-provider.ts';
import { createFreePaymentProvider } from './providers/free-payment-provider.ts';
import { type GuardedPaymentProvider, guardPaymentProvider } from './providers/guard-payment-provider.ts';
import type { StripeSettings } from './providers/open-stripe-cards.ts';
import type { PaymentProvider } from './providers/payment-provider.ts';
import { createSandboxBank, type SandboxPayment } from './providers/sandbox-bank.ts';
import { sandboxCards } from './providers/sandbox-cards.ts';
import { createSandboxPaymentProvider, sandboxSignatureHeader } from './providers/sandbox-payment-provider.ts';
import { signWebhook } from './providers/webhook-signature.ts';
import type { AppendBookingEvent } from './store/payment-rows.ts';
import { hastenAllPaymentWork, type PaymentWork, takeOnePaymentWork } from './store/payment-work.ts';

export type { MatchRefunds } from './commands/match-refunds.ts';
export {
  type RefundRefusal,
  type RefundToRequest,
  type RequestRefund,
  writeDueRefund,
} from './commands/request-refund.ts';
export { createDeclineLimits, type DeclineLimits, notePaid, type Payer } from './domain/decline-limits.ts';
export { payStepOf, readProviderName } from './domain/provider-name.ts';
export type { CardCompany } from './providers/card-providers.ts';
export { type GuardedPaymentProvider, guardPaymentProvider } from './providers/guard-payment-provider.ts';
export * from './providers/payment-provider.ts';
export { signWebhook } from './providers/webhook-signature.ts';
export { openReview } from './store/payment-reviews.ts';
export {
  type AppendBookingEvent,
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
export { appendRefundState, failRefund, leftOfPayment, type RefundRow } from './store/refund-rows.ts';

/** Cards taken by Stripe. Its SDK is loaded only here: it is large. */
export async function openStripeCards(settings: StripeSettings): Promise<CardCompany> {
  return (await import('./providers/open-stripe-cards.ts')).openStripeCards(settings);
}

const workEveryMs = 2_000;
const disputesEveryMs = 3_600_000;
const disputesFirstMs = 10_000;

export interface PaymentsParts {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly random?: RandomBytes;
  readonly sandboxOn: boolean;
  /** Signs the webhooks of the sandbox. */
  readonly sandboxSecret: Uint8Array;
  /** Who takes cards instead of the sandbox: Stripe, where it is set. */
  readonly cards?: CardCompany | undefined;
  /** The organiser's own account there, as it is set now. */
  readonly paymentAccountOf: (organizerId: number) => Promise<string | null>;
  readonly findOrganizer: (slug: string) => Promise<number | null>;
  readonly outsideCalls?: Partial<OutsideCallSettings> | undefined;
  /** How providers are called, where not by the guards of outside calls: in virtual time. */
  readonly openOutsideCall?: (() => OutsideCall) | undefined;
  readonly baseUrl: () => string;
  readonly settleBooking: WebhookParts['settleBooking'];
  readonly capture: (work: PaymentWork) => Promise<unknown>;
  readonly requestRefund: RequestRefund;
  readonly matchRefunds: MatchRefunds;
  readonly appendBookingEvent: AppendBookingEvent;
  readonly onFailure: (what: string, error: unknown) => void;
}

/** Money: the ways to be paid, what providers tell us, refunds, and what a person must look at. */
export function createPayments(parts: PaymentsParts) {
  const { database, clock, metrics, random = systemRandom, onFailure } = parts;

  const callOf = (service: string) =>
    parts.openOutsideCall?.() ??
    createOutsideCall({
      name: service,
      clock,
      settings: parts.outsideCalls,
      onState: (state) => metrics.outsideCircuit.set({ service }, circuitNumbers[state]),
      onCall: (outcome) => metrics.outsideCalls.inc({ service, outcome }),
    });
  const guard = (provider: PaymentProvider) => guardPaymentProvider(provider, callOf(provider.name));
  const bank = createSandboxBank({ database, clock, random, baseUrl: parts.baseUrl, deliver: deliverFromBank });
  const sandbox = guard(createSandboxPaymentProvider({ bank, webhookSecret: parts.sandboxSecret, clock }));
  const cards =
    parts.cards &&
    createCardProviders({
      company: parts.cards,
      call: callOf(parts.cards.provider.name),
      database,
      clock,
      accountOf: parts.paymentAccountOf,
    });
  const providers = {
    /** Whoever takes the cards of an organiser's buyers; null if nobody does. */
    cardsOf: (organizerId: number) => cards?.of(organizerId) ?? (parts.sandboxOn ? sandbox : null),
    external: guard(createExternalPaymentProvider()),
    free: guard(createFreePaymentProvider()),
  };
  // The sandbox is known even where it is off: what was paid by it can still be settled and refunded.
  const here = [sandbox, providers.external, providers.free];
  const providerOf = (name: string): GuardedPaymentProvider | undefined =>
    here.find((one) => one.name === name) ?? cards?.byName(name);
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

  async function listed(): Promise<GuardedPaymentProvider[]> {
    return [...here, ...((await cards?.inUse()) ?? [])];
  }

  async function refundNow(refundId: string): Promise<void> {
    try {
      const work = await takeOnePaymentWork(database.system, refundId, clock.now());
      if (work) await carryOutRefund(works, work);
    } catch (error) {
      onFailure(`refund ${refundId}`, error);
    }
  }

  /** How one can pay an organiser; null: any that has no account of its own. */
  async function methodsOf(organizerId: number | null): Promise<PaymentMethod[]> {
    if (cards) {
      const { publishableKey } = parts.cards!;
      const account = organizerId === null ? null : await cards.accountOf(organizerId);
      const known = { ...(publishableKey !== undefined && { publishableKey }), ...(account !== null && { account }) };
      return [{ provider: cards.name, ...known }];
    }
    const testCards = Object.entries(sandboxCards).map(([token, { about }]) => ({ token, about }));
    return parts.sandboxOn ? [{ provider: 'sandbox', testCards }] : [];
  }
  return {
    providers,
    /** All whose books may hold something that ours have not. */
    listed,
    providerOf,
    refundNow,
    /** What an earlier process had taken on and not ended is due again. Called once, before requests are taken. */
    takeOver: () => hastenAllPaymentWork(database.system, clock.now()),
    routes: [
      createPaymentRoutes({ ...parts, methodsOf, refundNow }),
      createWebhookRoutes(webhooks),
      ...(parts.sandboxOn && !cards ? [createSandboxBankRoutes(bank)] : []),
    ],
    jobs: [
      { name: 'work off payments', everyMs: workEveryMs, run: async () => void (await workOff(works)) },
      {
        name: 'look at disputes',
        everyMs: disputesEveryMs,
        firstAfterMs: disputesFirstMs,
        run: createLookAtDisputes({ ...parts, providerOf, listed }),
      },
    ],
  };
}

const circuitNumbers = { closed: 0, 'half-open': 1, open: 2 } as const;
