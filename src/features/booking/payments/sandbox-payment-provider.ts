import type { PaymentOutcome, PaymentProvider } from './payment-provider.ts';

/** What each test card does, at once and every time: so a repeated charge has the outcome of the first. */
const outcomes: Record<string, 'captured' | string> = {
  tok_ok: 'captured',
  tok_declined: 'CARD_DECLINED',
  tok_insufficient_funds: 'INSUFFICIENT_FUNDS',
};

/** Pays or declines without any bank, by the token. */
export function createSandboxPaymentProvider(): PaymentProvider {
  return {
    name: 'sandbox',
    refuse: (token) => (Object.hasOwn(outcomes, token) ? null : { code: 'PAYMENT_TOKEN_UNKNOWN' }),
    charge({ detail, idempotencyKey }): PaymentOutcome {
      const outcome = outcomes[detail]!;
      if (outcome === 'captured') return { status: 'captured', reference: `sandbox_${idempotencyKey}` };
      return { status: 'declined', failureCode: outcome };
    },
  };
}
