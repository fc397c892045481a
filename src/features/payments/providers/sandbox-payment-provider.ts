import type { Instant } from '../../../kernel/instant.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import { OutsideUnavailable } from '../../../platform/outside-call/outside-call.ts';
import { Unavailable } from '../../../platform/postgres/database.ts';
import type { Charge, PaymentOutcome, PaymentProvider, WebhookHeaders } from './payment-provider.ts';
import type { SandboxBank, SandboxPayment } from './sandbox-bank.ts';
import { knownSandboxCard, type SandboxCard, sandboxCardOf, slowMs } from './sandbox-cards.ts';
import { isSigned } from './webhook-signature.ts';

export const sandboxSignatureHeader = 'x-sandbox-signature';

/**
 * Pays or declines without any bank, by the token. Cards that simply pay or decline are answered at once and by the token
 * alone: the same charge always comes to the same, so nothing needs to be written down. The others are in the books of
 * a {@link SandboxBank}, which outlive this process as a real bank's would.
 */
export function createSandboxPaymentProvider(parts: {
  readonly bank: SandboxBank;
  readonly webhookSecret: Uint8Array;
  readonly clock: Clock;
}): PaymentProvider {
  const { bank, webhookSecret, clock } = parts;

  function charge(asked: Charge): PaymentOutcome | Promise<PaymentOutcome> {
    const card = knownSandboxCard(asked.detail);
    return card.reported === 'at once' ? byToken(asked, card) : chargeAtBank(asked, card);
  }

  async function chargeAtBank(asked: Charge, card: SandboxCard): Promise<PaymentOutcome> {
    const payment = await askBank(() => bank.open(toPayment(asked), card));
    if (card.reported === 'slowly') await after(clock, slowMs);
    // It never answers; whoever waits gives up.
    if (card.reported === 'too late') return new Promise(() => {});
    // Whoever charges hears nothing: the outcome comes by webhook, or when we ask.
    return card.reported === 'webhook' ? { status: 'unknown' } : outcomeOf(payment, clock.now());
  }

  function outcomeOf(payment: SandboxPayment, now: Instant): PaymentOutcome {
    const { reference, state, failureCode, amountMinor, currency, clientSecret, reportsAt } = payment;
    if (state === 'cancelled') return { status: 'cancelled' };
    if (state === 'waiting') {
      return { status: 'action', reference, action: { type: 'redirect', url: bank.urlOf(clientSecret), clientSecret } };
    }
    if (now < reportsAt) return { status: 'unknown' };
    if (failureCode !== null) return { status: 'declined', failureCode };
    return { status: 'captured', reference, paid: { amountMinor, currency } };
  }

  async function look(asked: Charge): Promise<PaymentOutcome> {
    const card = knownSandboxCard(asked.detail);
    if (card.reported === 'at once') return byToken(asked, card);
    const payment = await askBank(() => bank.find(referenceOf(asked)));
    return payment ? outcomeOf(payment, clock.now()) : { status: 'absent' };
  }

  return {
    name: 'sandbox',
    isLocal: (token) => sandboxCardOf(token)?.reported === 'at once',
    cardOf: (token) => (token.includes(':') ? token : null),
    refuse: (token) => (sandboxCardOf(token) ? null : { code: 'PAYMENT_TOKEN_UNKNOWN' }),
    charge,
    look,
    async cancel(asked) {
      const card = knownSandboxCard(asked.detail);
      if (card.reported === 'at once') return byToken(asked, card);
      await askBank(() => bank.cancel(referenceOf(asked)));
      return look(asked);
    },
    capture: look,
    async refund({ reference }) {
      const isRefused = reference.startsWith('sandbox_refund_fails_');
      return isRefused ? { status: 'failed', failureCode: 'REFUND_REFUSED' } : { status: 'refunded' };
    },
    async list(since) {
      const now = clock.now();
      return (await askBank(() => bank.list(since))).map((payment) => {
        const { reference, bookingId, amountMinor, currency } = payment;
        const { status } = outcomeOf(payment, now);
        const listed = status === 'captured' ? status : status === 'action' || status === 'unknown' ? 'open' : 'over';
        return { reference, bookingId, status: listed, paid: { amountMinor, currency } } as const;
      });
    },
    readNotice(body, headers: WebhookHeaders, now) {
      if (!isSigned(body, headers[sandboxSignatureHeader], webhookSecret, now)) return null;
      const { bookingId, reference } = JSON.parse(body.toString()) as { bookingId: string; reference: string };
      return { kind: 'payment', provider: 'sandbox', bookingId, reference };
    },
  };
}

/** The bank's books are in our database; when that is away, it is a bank that cannot be reached. */
async function askBank<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    throw new OutsideUnavailable('The sandbox’s books cannot be reached', { wasSent: true, cause: error });
  }
}

function byToken(asked: Charge, card: SandboxCard): PaymentOutcome {
  if (card.outcome !== 'captured') return { status: 'declined', failureCode: card.outcome };
  return { status: 'captured', reference: referenceOf(asked) };
}

/** Follows from our key, so a repeated charge finds the first. */
function referenceOf({ idempotencyKey, detail }: Charge): string {
  return `sandbox_${knownSandboxCard(detail).refundFails ? 'refund_fails_' : ''}${idempotencyKey}`;
}

function toPayment(asked: Charge) {
  const { bookingId, organizerId, detail, amountMinor, currency } = asked;
  return { reference: referenceOf(asked), bookingId, organizerId, token: detail, amountMinor, currency };
}

function after(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((done) => void clock.after(delayMs, done));
}
