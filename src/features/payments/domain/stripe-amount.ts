import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { MinorUnits } from '../../../kernel/money.ts';

// Where Stripe counts a currency otherwise than ISO 4217 does (https://docs.stripe.com/currencies, "Special cases").

/** No decimals in practice; Stripe wants two, both zero. */
const twoZeros = new Set(['ISK', 'UGX']);
/** Two decimals in ISO 4217, none at Stripe. */
const wholeUnits = new Set(['MGA']);
/** Three decimals, of which Stripe takes two: the last digit must be zero. */
const lastDigitZero = new Set(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND']);

/** Eight digits is the most that Stripe takes of most currencies. */
const stripeAmountMax = 99_999_999;

/** Our minor units as Stripe counts them. Refuses what Stripe cannot charge exactly: nobody is charged a rounded price. */
export function toStripeAmount(
  minor: MinorUnits,
  currency: string,
): Decision<number, { readonly code: 'AMOUNT_NOT_PAYABLE'; readonly currency: string }> {
  const refused = refuse({ code: 'AMOUNT_NOT_PAYABLE', currency } as const);
  const amount = twoZeros.has(currency) ? minor * 100 : wholeUnits.has(currency) ? minor / 100 : minor;
  if (!Number.isSafeInteger(amount) || amount > stripeAmountMax) return refused;
  if (lastDigitZero.has(currency) && amount % 10 !== 0) return refused;
  return accept(amount);
}

/** Whatever Stripe moves of a currency is a multiple of this, in our minor units. */
export function stripeStep(currency: string): MinorUnits {
  return wholeUnits.has(currency) ? 100 : lastDigitZero.has(currency) ? 10 : 1;
}

/** What Stripe says, in our minor units. Stripe writes currencies in lower case. */
export function fromStripeAmount(
  amount: number,
  stripeCurrency: string,
): { readonly amountMinor: MinorUnits; readonly currency: string } {
  const currency = stripeCurrency.toUpperCase();
  // A fraction of our unit never equals a price, so it counts as different.
  const amountMinor = twoZeros.has(currency) ? amount / 100 : wholeUnits.has(currency) ? amount * 100 : amount;
  return { amountMinor, currency };
}
