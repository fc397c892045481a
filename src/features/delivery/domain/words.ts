import type { Language } from '../../../kernel/language.ts';
import { german } from './words-de.ts';
import { english } from './words-en.ts';

/** What papers say, in one language. */
export interface PaperWords {
  /** How the language writes dates and numbers. */
  readonly locale: string;
  readonly part: string;
  readonly row: string;
  readonly seat: string;
  readonly ticket: string;
  readonly doors: string;
  readonly begins: string;
  readonly dateOpen: string;
  readonly onePerson: string;
  readonly order: (number: string) => string;
  readonly numberOf: (number: number, count: number) => string;
  readonly orderedOn: (date: string) => string;
  readonly soldBy: string;
  readonly taxNumber: (number: string) => string;
  readonly keep: string;
  readonly unprintable: string;
  readonly tickets: (count: number) => string;
  readonly seatInWords: (seat: { readonly zone: string; readonly row: string; readonly number: string }) => string;
}

const words: Readonly<Record<Language, PaperWords>> = { en: english, de: german };

export function paperWords(language: Language): PaperWords {
  return words[language];
}

/** `Saturday 16 January 2027`, by the clock of the venue. */
export function dayInWords(instant: number, timeZone: string, { locale }: PaperWords): string {
  return new Intl.DateTimeFormat(locale, {
    timeZone,
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(instant);
}

/** `Sat 16 Jan 2027`, by the clock of the venue. */
export function shortDayInWords(instant: number, timeZone: string, { locale }: PaperWords): string {
  const parts = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' } as const;
  return new Intl.DateTimeFormat(locale, { timeZone, ...parts }).format(instant);
}

/** `20:30`, by the clock of the venue. */
export function timeInWords(instant: number, timeZone: string, { locale }: PaperWords): string {
  return new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
    instant,
  );
}

/** `€40.40`. */
export function moneyInWords(amount: number, currency: string, { locale }: PaperWords): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(amount);
}
