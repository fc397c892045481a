import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { currencyDecimals, type MinorUnits, toMinorUnits } from '../../../kernel/money.ts';

const signs: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  $: 'USD',
  US$: 'USD',
  C$: 'CAD',
  CA$: 'CAD',
  A$: 'AUD',
  AU$: 'AUD',
  NZ$: 'NZD',
  R$: 'BRL',
  '¥': 'JPY',
  '₹': 'INR',
  '₩': 'KRW',
  '₺': 'TRY',
  zł: 'PLN',
  Kč: 'CZK',
  CHF: 'CHF',
  'Fr.': 'CHF',
};

const free =
  /^(?:free|free entry|free admission|gratis|gratuit|gratuita?|gratuito|kostenlos|frei|eintritt frei|entrada libre|libre|gratuïta?|gratuït)$/i;

/** No price is written longer; what is could keep the patterns below busy for long. */
const writtenMax = 60;

/** `€` and `eur` to `EUR`; undefined if it is neither a sign nor three letters. */
export function currencyOf(text: string): string | undefined {
  const trimmed = text.trim();
  const sign = signs[trimmed];
  if (sign) return sign;
  return /^[a-z]{3}$/i.test(trimmed) ? trimmed.toUpperCase() : undefined;
}

/** The currency that stands beside a price in one text: `12,50 €`, `EUR 12`. */
export function currencyBeside(price: unknown): string | undefined {
  if (typeof price !== 'string' || price.length > writtenMax) return undefined;
  const rest = price.replace(/[\d.,'’\s\u00a0+-]/g, '');
  return rest === '' ? undefined : currencyOf(rest);
}

/**
 * A price as pages write it, in minor units: a number, `12.50`, `12,50`, `1.234,50 €`, `1,234.50`, `1 234`, `free`.
 * With one kind of separator, three digits after it are thousands, unless the currency has three decimals. Refuses
 * what is no price, is negative, or has more decimals than the currency (but not the noise of binary fractions).
 */
export function readPrice(value: unknown, currency: string): Decision<MinorUnits, string> {
  const shown = JSON.stringify(value)?.slice(0, 40);
  const decimals = currencyDecimals(currency);
  const amount = typeof value === 'number' ? value : typeof value === 'string' ? toNumber(value, decimals) : undefined;
  if (amount === undefined || !Number.isFinite(amount)) return refuse(`${shown} is no price`);
  if (amount < 0) return refuse(`the price ${shown} is negative`);
  const rounded = Number(amount.toFixed(decimals));
  const exact = Math.abs(rounded - amount) < 1e-9 * Math.max(1, amount) ? rounded : amount;
  const minor = toMinorUnits(exact, currency);
  if (minor.accepted) return accept(minor.value);
  return refuse(
    minor.refusal.code === 'TOO_MANY_DECIMALS'
      ? `the price ${shown} has more decimals than ${currency} (${decimals})`
      : `the price ${shown} is out of range`,
  );
}

function toNumber(text: string, decimals: number): number | undefined {
  const trimmed = text.trim();
  if (trimmed.length > writtenMax) return undefined;
  if (free.test(trimmed)) return 0;
  const match =
    /^(?:[^\d\s.,-]{1,4}\s*)?(-?)\s*(?:[^\d\s.,-]{1,4}\s*)?(\d[\d.,'’\s\u00a0]{0,20})(?:[^\d\s.,-]{1,5}\.?)?$/.exec(
      trimmed,
    );
  if (!match) return undefined;
  const digits = match[2]!.replace(/['’\s\u00a0]/g, '').replace(/[.,]+$/, '');
  const last = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  const bothKinds = digits.includes('.') && digits.includes(',');
  const separators = digits.replace(/\d/g, '');
  const thousands = !bothKinds && (separators.length > 1 || (digits.length - last - 1 === 3 && decimals !== 3));
  const plain =
    last < 0 || thousands
      ? digits.replace(/[.,]/g, '')
      : `${digits.slice(0, last).replace(/[.,]/g, '')}.${digits.slice(last + 1)}`;
  const amount = Number(plain);
  return match[1] === '-' ? -amount : amount;
}
