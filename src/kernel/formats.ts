const dateStyles = {
  /** Sat 16 Jan */
  short: { weekday: 'short', day: 'numeric', month: 'short' },
  /** Sat 16 Jan 2027 */
  medium: { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' },
  /** Saturday 16 January 2027 */
  long: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  /** 14 January */
  day: { day: 'numeric', month: 'long' },
  /** Fri 20:30 */
  weekdayTime: { weekday: 'short', hour: '2-digit', minute: '2-digit' },
  /** 20:30 */
  time: { hour: '2-digit', minute: '2-digit' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;

export type DateStyle = keyof typeof dateStyles;

/** How a language writes numbers, money and dates. */
export interface Formats {
  /** `€40.40`; whole amounts have their cents, too. */
  money(amount: number, currency: string): string;
  /** `1,204` */
  count(value: number): string;
  /** A moment (UTC, ISO 8601) on the calendar and clock of a zone; without the commas that English would put. */
  date(moment: string | Date, timeZone: string, style: DateStyle): string;
  /** `J 13, 14 and 15` */
  list(words: readonly string[]): string;
}

/** Formats by `Intl` in a locale (`en-GB`). Making one is slow, so each is made once. Throws a RangeError for a locale or zone that is none. */
export function createFormats(locale: string): Formats {
  const kept = new Map<string, unknown>();
  function once<Format>(key: string, make: () => Format): Format {
    if (!kept.has(key)) kept.set(key, make());
    return kept.get(key) as Format;
  }
  return {
    money: (amount, currency) =>
      once(`money ${currency}`, () => new Intl.NumberFormat(locale, { style: 'currency', currency })).format(amount),
    count: (value) => once('count', () => new Intl.NumberFormat(locale)).format(value),
    date: (moment, timeZone, style) =>
      once(`date ${style} ${timeZone}`, () => {
        return new Intl.DateTimeFormat(locale, { ...dateStyles[style], timeZone, hourCycle: 'h23' });
      })
        .format(new Date(moment))
        .replaceAll(',', ''),
    list: (words) => once('list', () => new Intl.ListFormat(locale)).format(words),
  };
}
