import { accept, type Decision, refuse } from './decision.ts';

/**
 * Money is an integer count of minor units (cents, yen, fils) beside an ISO 4217 code. JSON shows a decimal number.
 * How many decimals a currency has follows ISO 4217, not CLDR: CLDR rounds some of them for display.
 */
export type MinorUnits = number;

const zeroDecimal = 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' ');
const threeDecimal = 'BHD IQD JOD KWD LYD OMR TND'.split(' ');
const decimalsOf = new Map<string, number>();
for (const code of Intl.supportedValuesOf('currency')) decimalsOf.set(code, 2);
for (const code of zeroDecimal) decimalsOf.set(code, 0);
for (const code of threeDecimal) decimalsOf.set(code, 3);

/** The largest amount we take, in minor units: far above any ticket, far below 2^53, so that sums stay exact. */
const amountMinorMax = 1_000_000_000_000;

export type MoneyRefusal =
  | { code: 'CURRENCY_UNKNOWN'; currency: string }
  | { code: 'TOO_MANY_DECIMALS'; currency: string; decimals: number }
  | { code: 'AMOUNT_OUT_OF_RANGE'; amount: number };

export function isCurrency(code: string): boolean {
  return decimalsOf.has(code);
}

/** Decimals of a known currency. Throws for an unknown one: check with {@link isCurrency} at the border. */
export function currencyDecimals(currency: string): number {
  const decimals = decimalsOf.get(currency);
  if (decimals === undefined) throw new RangeError(`Unknown currency ${currency}`);
  return decimals;
}

/**
 * A decimal amount as JSON carries it, to minor units. Refuses more decimals than the currency has, negative and
 * absurd amounts. Works on the shortest decimal text of the number, so 0.1 is 10 cents and never 10.000000000000002.
 */
export function toMinorUnits(amount: number, currency: string): Decision<MinorUnits, MoneyRefusal> {
  const decimals = decimalsOf.get(currency);
  if (decimals === undefined) return refuse({ code: 'CURRENCY_UNKNOWN', currency });
  if (!Number.isFinite(amount) || amount < 0 || amount > amountMinorMax) {
    return refuse({ code: 'AMOUNT_OUT_OF_RANGE', amount });
  }
  const text = String(amount);
  if (text.includes('e')) return refuse({ code: 'TOO_MANY_DECIMALS', currency, decimals });
  const [whole = '0', fraction = ''] = text.split('.');
  if (fraction.length > decimals) return refuse({ code: 'TOO_MANY_DECIMALS', currency, decimals });
  const minor = Number(whole + fraction.padEnd(decimals, '0'));
  if (minor > amountMinorMax) return refuse({ code: 'AMOUNT_OUT_OF_RANGE', amount });
  return accept(minor);
}

/**
 * Minor units to the decimal number that JSON shows. Dividing rounds to the double that is nearest to the true quotient,
 * and so does reading the decimal text: both are the same number.
 */
export function toDecimal(minor: MinorUnits, currency: string): number {
  return minor / 10 ** currencyDecimals(currency);
}
