import { type Language, usualLanguage } from './language.ts';
import { readTimeZone, zoneWords } from './time-zone.ts';

/** An instant is a count of milliseconds since 1970 in UTC. Local times are only made and read at the border. */
export type Instant = number;

/** The instants we take: 1900 to 2200. Outside it is a typing error, and calendars get strange. */
export const instantMin: Instant = Date.UTC(1900, 0, 1);
export const instantMax: Instant = Date.UTC(2200, 0, 1);

const withZone = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

/**
 * ISO 8601 with a zone (`2027-05-01T20:00:00+02:00`) to an instant; undefined for anything else: no zone, a day that
 * is not in the calendar, a year outside 1900–2200.
 */
export function parseInstant(text: string): Instant | undefined {
  if (!withZone.test(text)) return undefined;
  try {
    const instant = Temporal.Instant.from(text).epochMilliseconds;
    return instant >= instantMin && instant < instantMax ? instant : undefined;
  } catch {
    return undefined;
  }
}

/** A time as somebody wrote it: an instant with the offset beside it (null: `Z`, which says nothing of the place), or a wall clock. */
export type WrittenTime =
  | { readonly instant: Instant; readonly offset: string | null }
  /** `2027-05-01T20:00:00`: without zone. */
  | { readonly wallClock: string };

const wallClock = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/;

/** Like {@link parseInstant}, but the zone may be missing, and what was written of it is kept. */
export function parseWrittenTime(text: string): WrittenTime | undefined {
  if (wallClock.test(text)) {
    if (parseInstant(`${text}Z`) === undefined) return undefined;
    return { wallClock: Temporal.PlainDateTime.from(text).toString({ smallestUnit: 'second' }) };
  }
  const instant = parseInstant(text);
  if (instant === undefined) return undefined;
  const isUnsaid = /(Z|-00:00)$/.test(text);
  return { instant, offset: isUnsaid ? null : (readTimeZone(text.slice(-6)) ?? null) };
}

/** When a written time is, at a place: there a wall clock is read. An hour that the clock leaves out is the one after. */
export function atPlace(written: WrittenTime, timeZone: string): Instant {
  if ('instant' in written) return written.instant;
  return Temporal.PlainDateTime.from(written.wallClock).toZonedDateTime(timeZone).epochMilliseconds;
}

export function toIso(instant: Instant): string {
  return new Date(instant).toISOString();
}

/** A span of time as ISO 8601 has it, in hours, minutes and seconds: `PT2H30M`. */
export function toDuration(ms: number): string {
  return Temporal.Duration.from({ seconds: Math.round(ms / 1000) })
    .round({ largestUnit: 'hour' })
    .toString();
}

/** The wall clock at a venue, with its offset: `2027-05-01T20:00:00+02:00`. */
export function toLocalIso(instant: Instant, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instant)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' });
}

/** The wall clock there, in words: `Saturday, 1 May 2027 at 20:00 (Atlantic/Canary)`, `Samstag, 1. Mai 2027 um 20:00 Uhr (…)`. */
export function toLocalWords(instant: Instant, timeZone: string, language: Language = usualLanguage): string {
  const locale = language === 'de' ? 'de-DE' : 'en-GB';
  const parts = { timeZone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  const day = new Intl.DateTimeFormat(locale, parts).format(instant);
  const time = new Intl.DateTimeFormat(locale, { timeZone, hour: '2-digit', minute: '2-digit' }).format(instant);
  const dayAndTime = language === 'de' ? `${day} um ${time} Uhr` : `${day} at ${time}`;
  return `${dayAndTime} (${zoneWords(timeZone)})`;
}
