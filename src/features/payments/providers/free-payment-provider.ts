import type { Charge, PaymentOutcome, PaymentProvider } from './payment-provider.ts';

/** For bookings that cost nothing: there is nothing to charge. Anything that does cost is declined. */
export function createFreePaymentProvider(): PaymentProvider {
  const settle = ({ amountMinor }: Charge): PaymentOutcome =>
    amountMinor === 0
      ? { status: 'captured', reference: null }
      : { status: 'declined', failureCode: 'PAYMENT_MISSING' };
  return {
    name: 'free',
    isLocal: () => true,
    cardOf: () => null,
    refuse: () => null,
    charge: settle,
    look: settle,
    cancel: settle,
    capture: settle,
    refund: () => ({ status: 'refunded' }),
    list: async () => [],
    readNotice: () => null,
  };
}
