import type { MinorUnits } from '../../../kernel/money.ts';
import { stripeStep } from './stripe-amount.ts';

/** Stripe's id of an account, an organiser's own as well as the platform's. */
const accountPattern = '^acct_[A-Za-z0-9]{6,60}$';
const accountShape = new RegExp(accountPattern);

/** What a provider moves of a currency is a multiple of this, in minor units: refunds as well as payments. */
export function payStepOf({
  provider,
  currency,
}: {
  readonly provider: string;
  readonly currency: string;
}): MinorUnits {
  return readProviderName(provider).company === 'stripe' ? stripeStep(currency) : 1;
}

/**
 * What bookings and payments remember of where their money is: `stripe` is the platform's own account there,
 * `stripe:acct_…` an organiser's. Whoever is asked by that name later is asked about the same account, whatever the
 * organiser has set since.
 */
export function toProviderName(company: string, account: string | null): string {
  return account === null ? company : `${company}:${account}`;
}

/** A provider's name taken apart; an account that cannot be one is none. */
export function readProviderName(name: string): { readonly company: string; readonly account: string | null } {
  const [company, account] = name.split(':', 2) as [string, string | undefined];
  return { company, account: account !== undefined && accountShape.test(account) ? account : null };
}
