import type { CardCompany } from './card-providers.ts';
import { createStripePaymentProvider, openStripe, type StripeAccess } from './stripe-payment-provider.ts';

export interface StripeSettings extends StripeAccess {
  /** Of the endpoints that Stripe calls: one for the platform's own account, one for those connected to it. */
  readonly webhookSecrets: readonly string[];
  readonly publishableKey: string | undefined;
  readonly returnUrl: () => string;
}

/** Cards taken by Stripe: to the platform's own account, and to those of organisers that are connected to it. */
export function openStripeCards(settings: StripeSettings): CardCompany {
  const ofAccount = (account: string | null) =>
    createStripePaymentProvider({ ...settings, account, stripe: openStripe(settings, account) });
  return { name: 'stripe', provider: ofAccount(null), ofAccount, publishableKey: settings.publishableKey };
}
