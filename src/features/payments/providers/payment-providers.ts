import type { PaymentMethod } from '../../../contract/payments.ts';
import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { OutsideCall } from '../../../platform/outside-call/outside-call.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { PaidOrganizers } from '../ports.ts';
import { type CardCompany, createCardProviders } from './card-providers.ts';
import { createExternalPaymentProvider } from './external-payment-provider.ts';
import { createFreePaymentProvider } from './free-payment-provider.ts';
import { type GuardedPaymentProvider, guardPaymentProvider } from './guard-payment-provider.ts';
import type { PaymentProvider, WebhookHeaders } from './payment-provider.ts';
import { createSandboxBank, type SandboxBank, type SandboxPayment } from './sandbox-bank.ts';
import { sandboxCards } from './sandbox-cards.ts';
import { createSandboxPaymentProvider, sandboxSignatureHeader } from './sandbox-payment-provider.ts';
import { signWebhook } from './webhook-signature.ts';

/** Takes a webhook of the sandbox: it comes the same way as anybody's, signature and all. */
export type ReceiveSandboxWebhook = (body: Buffer, headers: WebhookHeaders) => Promise<unknown>;

/** Everybody by whom one can pay here, each behind its guard. */
export interface PaymentProviders {
  /** Whoever takes the cards of an organiser's buyers; null if nobody does. */
  cardsOf(organizerId: number): GuardedPaymentProvider | null | Promise<GuardedPaymentProvider | null>;
  /** Money that was taken elsewhere: at a till, by bank. */
  readonly external: GuardedPaymentProvider;
  /** For a total of zero. */
  readonly free: GuardedPaymentProvider;
  /** By the name that a booking remembers; undefined for one that is not known any more. */
  providerOf(name: string): GuardedPaymentProvider | undefined;
  /** All whose books may hold something that ours have not. */
  listed(): Promise<readonly GuardedPaymentProvider[]>;
  /** How one can pay an organiser; null: any that has no account of its own. */
  methodsOf(organizerId: number | null): Promise<PaymentMethod[]>;
  /** The play bank, where it is open to buyers. */
  readonly openBank: SandboxBank | null;
  /** Says who receives the webhooks of the sandbox. Called once, before anybody pays. */
  sendSandboxWebhooksTo(receive: ReceiveSandboxWebhook): void;
}

/** The providers that are set; they know nothing of bookings, so they stand before everything that is paid by them. */
export function createPaymentProviders(parts: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Whether the sandbox takes cards where no company does. */
  readonly sandboxOn: boolean;
  /** Signs the webhooks of the sandbox. */
  readonly sandboxSecret: Uint8Array;
  /** Who takes cards instead of the sandbox; null: nobody. */
  readonly cards: CardCompany | null;
  readonly organizers: Pick<PaidOrganizers, 'paymentAccountOf'>;
  /** The guard through which a company's service is called. */
  readonly openOutsideCall: (service: string) => OutsideCall;
  /** Where buyers find this server. */
  readonly baseUrl: () => string;
  readonly onFailure: (what: string, error: unknown) => void;
}): PaymentProviders {
  const { database, clock, random, sandboxOn, sandboxSecret, openOutsideCall, baseUrl, onFailure } = parts;
  let receive: ReceiveSandboxWebhook = () => Promise.reject(new Error('nobody receives the webhooks of the sandbox'));

  async function deliver({ bookingId, reference }: SandboxPayment): Promise<void> {
    const body = Buffer.from(JSON.stringify({ type: 'payment.settled', bookingId, reference }));
    const headers = { [sandboxSignatureHeader]: signWebhook(body, sandboxSecret, clock.now()) };
    await receive(body, headers).catch((error) => onFailure('a webhook of the sandbox', error));
  }

  const guard = (provider: PaymentProvider) => guardPaymentProvider(provider, openOutsideCall(provider.name));
  const bank = createSandboxBank({ database, clock, random, baseUrl, deliver });
  const sandbox = guard(createSandboxPaymentProvider({ bank, webhookSecret: sandboxSecret, clock }));
  const company = parts.cards;
  const cards =
    company &&
    createCardProviders({
      company,
      call: openOutsideCall(company.provider.name),
      database,
      clock,
      accountOf: parts.organizers.paymentAccountOf,
    });
  const external = guard(createExternalPaymentProvider());
  const free = guard(createFreePaymentProvider());
  // The sandbox is known even where it is off: what was paid by it can still be settled and refunded.
  const here = [sandbox, external, free];
  return {
    cardsOf: (organizerId) => cards?.of(organizerId) ?? (sandboxOn ? sandbox : null),
    external,
    free,
    providerOf: (name) => here.find((one) => one.name === name) ?? cards?.byName(name),
    listed: async () => [...here, ...((await cards?.inUse()) ?? [])],
    async methodsOf(organizerId) {
      if (cards) {
        const { publishableKey } = company!;
        const account = organizerId === null ? null : await cards.accountOf(organizerId);
        const known = { ...(publishableKey !== undefined && { publishableKey }), ...(account !== null && { account }) };
        return [{ provider: cards.name, ...known }];
      }
      const testCards = Object.entries(sandboxCards).map(([token, { about }]) => ({ token, about }));
      return sandboxOn ? [{ provider: 'sandbox', testCards }] : [];
    },
    openBank: sandboxOn && !cards ? bank : null,
    sendSandboxWebhooksTo(receiver) {
      receive = receiver;
    },
  };
}
