import type { RandomBytes } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import {
  cancelSandboxPayment,
  findSandboxPayment,
  findSandboxPaymentBySecret,
  listSandboxPayments,
  openSandboxPayment,
  type SandboxPayment,
  settleSandboxPayment,
} from '../store/sandbox-payments.ts';
import type { SandboxCard } from './sandbox-cards.ts';

export type { SandboxPayment } from '../store/sandbox-payments.ts';

/** What the buyer chose on the bank's page. */
export type BankChoice = 'succeed' | 'fail' | 'cancel';

/** The play bank: it keeps books, shows buyers a page, and notifies us by webhook as reliably as its cards let it. */
export interface SandboxBank {
  /** Opens a payment; the same reference again answers the first. */
  open(
    payment: Omit<SandboxPayment, 'state' | 'failureCode' | 'clientSecret' | 'reportsAt'>,
    card: SandboxCard,
  ): Promise<SandboxPayment>;
  find(reference: string): Promise<SandboxPayment | null>;
  findBySecret(clientSecret: string): Promise<SandboxPayment | null>;
  /** Settles what waits for the buyer, and notifies us. Answers the payment; one that does not wait stays as it is. */
  choose(clientSecret: string, choice: BankChoice): Promise<SandboxPayment | null>;
  /** Cancels a payment that has not been paid. */
  cancel(reference: string): Promise<void>;
  list(since: Instant): Promise<SandboxPayment[]>;
  urlOf(clientSecret: string): string;
}

const failures: Record<BankChoice, string | null> = {
  succeed: null,
  fail: 'AUTHENTICATION_FAILED',
  cancel: 'CANCELLED_BY_BUYER',
};

export function createSandboxBank(parts: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Where buyers find this server: the bank's page is one of its own. */
  readonly baseUrl: () => string;
  /** Sends a webhook; never throws. */
  readonly deliver: (payment: SandboxPayment) => Promise<void>;
}): SandboxBank {
  const {
    database: { bypassingRls },
    clock,
    random,
    baseUrl,
    deliver,
  } = parts;

  function notifyByWebhook(payment: SandboxPayment, { webhooks }: SandboxCard): void {
    for (let i = 0; i < (webhooks?.count ?? 0); i++) {
      if (webhooks?.afterMs) clock.after(webhooks.afterMs, () => void deliver(payment));
      else void deliver(payment);
    }
  }

  return {
    async open(payment, card) {
      const now = clock.now();
      const isChallenge = card.reported === 'challenge';
      const { reference, bookingId, organizerId, token, amountMinor, currency } = payment;
      const row = await openSandboxPayment(
        bypassingRls,
        {
          ...{ reference, organizerId, bookingId, token, amountMinor, currency },
          state: isChallenge ? 'waiting' : 'settled',
          failureCode: isChallenge || card.outcome === 'captured' ? null : card.outcome,
          clientSecret: `secret_${Buffer.from(random(24)).toString('base64url')}`,
          reportsAt: now + (card.webhooks?.afterMs ?? 0),
        },
        now,
      );
      if (!row) return (await findSandboxPayment(bypassingRls, reference))!;
      notifyByWebhook(row, card);
      return row;
    },
    find: (reference) => findSandboxPayment(bypassingRls, reference),
    findBySecret: (clientSecret) => findSandboxPaymentBySecret(bypassingRls, clientSecret),
    async choose(clientSecret, choice) {
      const row = await settleSandboxPayment(bypassingRls, clientSecret, failures[choice]);
      // The buyer returns to a shop that has heard of it.
      if (row) await deliver(row);
      return row ?? findSandboxPaymentBySecret(bypassingRls, clientSecret);
    },
    cancel: (reference) => cancelSandboxPayment(bypassingRls, reference),
    list: (since) => listSandboxPayments(bypassingRls, since),
    urlOf: (clientSecret) => `${baseUrl()}/sandbox/bank/${clientSecret}`,
  };
}
