import { type Instant, toLocalWords } from '../../../../kernel/instant.ts';
import type { Language } from '../../../../kernel/language.ts';
import { currencyDecimals, toDecimal } from '../../../../kernel/money.ts';
import { english, type MailWords } from './english.ts';
import { german } from './german.ts';

/** What a mail is written with: its words, and how moments and amounts are said with them. */
export interface Wording {
  readonly language: Language;
  readonly words: MailWords;
  /** The wall clock there. */
  readonly at: (instant: Instant, timeZone: string) => string;
  /** With the decimals its currency has. */
  readonly amount: (minor: number, currency: string) => string;
}

const wordings: Readonly<Record<Language, Wording>> = { en: make('en', english), de: make('de', german) };

/** What mails in a language are written with. */
export function wordingIn(language: Language): Wording {
  return wordings[language];
}

function make(language: Language, words: MailWords): Wording {
  return {
    language,
    words,
    at: (instant, timeZone) => toLocalWords(instant, timeZone, language),
    amount: (minor, currency) =>
      new Intl.NumberFormat(words.locale, {
        style: 'currency',
        currency,
        minimumFractionDigits: currencyDecimals(currency) ?? 2,
        maximumFractionDigits: currencyDecimals(currency) ?? 2,
      }).format(toDecimal(minor, currency)),
  };
}
