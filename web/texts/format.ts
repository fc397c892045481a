import { createFormats } from '../../src/kernel/formats.ts';
import { localeOf } from './language.ts';
import { language } from './texts.ts';

/** How the language of the page writes numbers, money and dates. */
export const { money, count, date, list } = createFormats(localeOf(language));

/** The time zone of whoever looks. Asked when it is needed: the first format that is made takes as long as all of a view. */
export function ownTimeZone(): string {
  ownZone ??= Intl.DateTimeFormat().resolvedOptions().timeZone;
  return ownZone;
}
let ownZone: string | undefined;

/** Whether clocks at the venue and here show different times at that moment. */
export function isElsewhere(moment: string, timeZone: string): boolean {
  const differs = (style: 'time' | 'day') => date(moment, timeZone, style) !== date(moment, ownTimeZone(), style);
  return differs('time') || differs('day');
}

/** `3:10` from seconds; hours before it where there are any. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number) => String(value).padStart(2, '0');
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** Which form of a word goes with a number. */
export function plural(value: number, forms: { readonly one: string; readonly other: string }): string {
  return value === 1 ? forms.one : forms.other;
}

/** `6 %` from 6. */
export const percent = (value: number): string => {
  percents ??= new Intl.NumberFormat(localeOf(language), { style: 'percent', maximumFractionDigits: 4 });
  return percents.format(value / 100);
};
/** Made when it is first needed: that takes longer than most of what is done before the first picture. */
let percents: Intl.NumberFormat | undefined;
