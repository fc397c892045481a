import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { currencyDecimals, isCurrency, type MinorUnits, toMinorUnits } from '../../../kernel/money.ts';

/** Several where a sign stands for several: the first, unless another is the likely one. */
const signs: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP GIP FKP SHP',
  $: 'USD ARS AUD BBD BMD BSD BZD CAD CLP COP FJD GYD HKD JMD KYD LRD MXN NAD NZD SBD SGD SRD TTD TWD UYU XCD',
  US$: 'USD',
  C$: 'CAD',
  CA$: 'CAD',
  A$: 'AUD',
  AU$: 'AUD',
  NZ$: 'NZD',
  R$: 'BRL',
  '¥': 'JPY CNY',
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

/** `€` and `eur` to `EUR`, a sign of several to the `likely` one; undefined if it is neither a sign nor three letters. */
export function currencyOf(text: string, likely: string): string | undefined {
  const trimmed = text.trim();
  const meant = signs[trimmed]?.split(' ');
  if (meant) return meant.includes(likely) ? likely : meant[0];
  return /^[a-z]{3}$/i.test(trimmed) ? trimmed.toUpperCase() : undefined;
}

/** The currency that stands beside a price in one text: `12,50 €`, `EUR 12`, `ab 12 €`. */
export function currencyBeside(price: unknown, likely: string): string | undefined {
  if (typeof price !== 'string' || price.length > writtenMax) return undefined;
  return wordsIn(price)
    .map((word) => knownCurrency(word, likely))
    .find((code) => code !== undefined);
}

function knownCurrency(word: string, likely: string): string | undefined {
  const code = currencyOf(word, likely);
  return code !== undefined && isCurrency(code) ? code : undefined;
}

/** What is neither number nor space; a sign apart from the letters beside it. */
function wordsIn(text: string): string[] {
  return text
    .replace(/[\d,'’\s+–—-]+|(?<=\d)\.|\.(?=\d)/g, ' ')
    .replace(/(?<=[^A-Z ])(?=[€£¥₹₩₺])|(?<=[€£¥₹₩₺])(?=\S)/g, ' ')
    .split(' ')
    .filter((word) => word !== '' && word !== '.');
}

/** A price in minor units, with what was doubtful about it, in words. */
export interface ReadPrice {
  readonly minor: MinorUnits;
  readonly doubt?: string;
}

/**
 * A price as pages write it: a number, `12.50`, `12,50`, `1.234,50 €`, `1,234.50`, `1 234`, `free`. A point is the decimal
 * point, as schema.org has it, unless the text itself proves otherwise; so is a comma with one or two digits behind it.
 * Refuses what is no price or several, is negative, or has more decimals than the currency (but not the noise of binary
 * fractions).
 */
export function readPrice(value: unknown, currency: string): Decision<ReadPrice, string> {
  const shown = JSON.stringify(value)?.slice(0, 40);
  const decimals = currencyDecimals(currency);
  const read =
    typeof value === 'number' ? { amount: value } : typeof value === 'string' ? readText(value, currency) : undefined;
  if (read === undefined || !Number.isFinite(read.amount)) {
    return refuse(
      typeof value === 'string' && severalPrices.test(value.slice(0, writtenMax))
        ? `${shown} is more than one price: write an offer for each, or lowPrice and highPrice`
        : `${shown} is no price: write it like 12.50`,
    );
  }
  const { amount } = read;
  if (amount < 0) return refuse(`the price ${shown} is negative`);
  const rounded = Number(amount.toFixed(decimals));
  const exact = Math.abs(rounded - amount) < 1e-9 * Math.max(1, amount) ? rounded : amount;
  const minor = toMinorUnits(exact, currency);
  if (minor.accepted) {
    const doubt =
      'doubt' in read && read.doubt ? `the price ${shown} was read as ${exact} ${currency}: ${read.doubt}` : undefined;
    return accept({ minor: minor.value, ...(doubt !== undefined && { doubt }) });
  }
  if (minor.refusal.code !== 'TOO_MANY_DECIMALS') return refuse(`the price ${shown} is out of range`);
  const advice =
    typeof value === 'string' && grouped('.').test(numberIn(value) ?? '')
      ? '; if the point means thousands, leave it out'
      : '';
  return refuse(`the price ${shown} has more decimals than ${currency} (${decimals})${advice}`);
}

/** Two numbers with something between them that is no part of a number. */
const severalPrices = /\d.*?(?:[-–—/+&;|]|\bto\b|\bbis\b|,\s|\sa\s|\D{2,})\s*[^\d]{0,10}\d|\d\s+\d/i;

interface ReadText {
  readonly amount: number;
  readonly doubt?: string;
}

/** What may stand before and after the number: a sign, a code, a word. */
const around =
  /^([^\d,-]{0,16}?)\s*(-?)\s*([^\d\s.,-]{0,4}?)\s*(\d(?:[\d.,'’\s\u00a0\u202f]{0,20}\d)?|[.,]\d{1,3})\s*(?:[.,]?[-–—]{0,2}|[.,])\s*([^\d]{0,16})$/;

function numberIn(text: string): string | undefined {
  return around.exec(text.trim())?.[4];
}

function readText(text: string, currency: string): ReadText | undefined {
  const trimmed = text.trim();
  if (trimmed.length > writtenMax) return undefined;
  if (free.test(trimmed)) return { amount: 0 };
  const match = around.exec(trimmed);
  if (!match) return undefined;
  const [, before = '', minus, sign = '', digits = '', after = ''] = match;
  const read = readNumber(digits.replace(/[\u00a0\u202f]/g, ' '), currencyDecimals(currency));
  if (read === undefined) return undefined;
  // Another currency than that of the offer is left out as any other word is, and said.
  const beside = wordsIn(`${before} ${sign} ${after}`).filter((word) => knownCurrency(word, currency) !== currency);
  if (beside.some((word) => !/^[\p{L}.*]{1,16}$/u.test(word) && signs[word] === undefined)) return undefined;
  const doubt = beside.length > 0 ? `${JSON.stringify(beside.join(' '))} was left out` : read.doubt;
  return { amount: minus === '-' ? -read.amount : read.amount, ...(doubt !== undefined && { doubt }) };
}

const decimalPoint = 'the point was taken for the decimal point';
const decimalComma = 'the comma was taken for the decimal comma';

/** Digits in groups of three, by one kind of separator. */
function grouped(separator: string): RegExp {
  return new RegExp(`^\\d{1,3}(?:\\${separator}\\d{3})+$`);
}

function readNumber(text: string, decimals: number): ReadText | undefined {
  const plain = (digits: string, separators: RegExp) => Number(digits.replace(separators, ''));
  if (/^\d+$/.test(text)) return { amount: Number(text) };
  // Spaces and apostrophes are thousands, whatever stands behind them.
  const spaced = /^(\d{1,3}(?:[ '’]\d{3})+)(?:[.,](\d{1,4}))?$/.exec(text);
  if (spaced) return { amount: Number(`${spaced[1]!.replace(/\D/g, '')}.${spaced[2] ?? '0'}`) };
  // Both kinds, or one of them several times: the text proves which is which.
  const english = /^\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.(\d{1,4}))$|^\d{1,3}(?:,\d{2,3})+,\d{3}$/.test(text);
  if (english) return { amount: plain(text, /,/g) };
  const german = /^(\d{1,3}(?:\.\d{3})+),(\d{1,4})$/.exec(text);
  if (german) return { amount: Number(`${german[1]!.replaceAll('.', '')}.${german[2]}`) };
  if (/^\d{1,3}(?:\.\d{3}){2,}$/.test(text)) return { amount: plain(text, /\./g) };
  const one = /^(\d*)([.,])(\d+)$/.exec(text);
  if (!one) return undefined;
  const [, whole = '', separator, behind = ''] = one;
  const asDecimals = Number(`${whole || '0'}.${behind}`);
  const isGroup = behind.length === 3 && /^[1-9]\d{0,2}$/.test(whole);
  if (behind.length !== 3) return { amount: asDecimals };
  if (decimals === 3)
    return separator === ',' && isGroup ? { amount: asDecimals, doubt: decimalComma } : { amount: asDecimals };
  if (!isGroup) return { amount: asDecimals, doubt: separator === '.' ? decimalPoint : decimalComma };
  // A comma before three digits is how English writes thousands; of a currency without decimals, a point is the same.
  if (separator === ',' || decimals === 0) {
    return {
      amount: Number(whole + behind),
      doubt: `the ${separator === '.' ? 'point' : 'comma'} was taken for thousands`,
    };
  }
  return { amount: asDecimals, doubt: `${decimalPoint}; leave it out if it means thousands` };
}
