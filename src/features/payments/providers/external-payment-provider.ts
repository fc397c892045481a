import type { Charge, PaymentOutcome, PaymentProvider } from './payment-provider.ts';

/**
 * A payment made elsewhere (box office, bank transfer), claimed by staff with its reference. The reference is taken at
 * its word; that it pays for one booking only is seen to by a unique index. Nobody can be asked, and money goes back the
 * way it came: by hand.
 */
export function createExternalPaymentProvider(): PaymentProvider {
  const paid = ({ detail }: Charge): PaymentOutcome => ({ status: 'captured', reference: detail });
  return {
    name: 'external',
    isLocal: () => true,
    cardOf: () => null,
    refuse: () => null,
    charge: paid,
    look: paid,
    cancel: paid,
    capture: paid,
    refund: () => ({ status: 'by_hand' }),
    list: async () => [],
    readNotice: () => null,
  };
}
