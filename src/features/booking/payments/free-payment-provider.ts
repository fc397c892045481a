import type { PaymentProvider } from './payment-provider.ts';

/** For bookings that cost nothing: there is nothing to charge. Anything that does cost is declined. */
export function createFreePaymentProvider(): PaymentProvider {
  return {
    name: 'free',
    refuse: () => null,
    charge: ({ amountMinor }) =>
      amountMinor === 0
        ? { status: 'captured', reference: null }
        : { status: 'declined', failureCode: 'PAYMENT_MISSING' },
  };
}
