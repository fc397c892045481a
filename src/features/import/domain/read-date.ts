import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Instant, instantMax, instantMin } from '../../../kernel/instant.ts';
import { readTimeZone } from '../../../kernel/time-zone.ts';

/** A date as written: how exact it is decides what it means in a zone. */
export type WrittenDate =
  | {
      readonly kind: 'instant';
      readonly instant: Instant;
      readonly offsetMinutes: number;
      /** `Z`: in UTC, as programs write; it says nothing of the place. */
      readonly isUtc?: boolean;
    }
  | { readonly kind: 'local'; readonly dateTime: Temporal.PlainDateTime }
  | { readonly kind: 'day'; readonly date: Temporal.PlainDate };

/** The second `:00` behind the seconds is a count of frames that some templates write. */
const pattern =
  /^([+-]?\d{4,6})-?(\d{2})-?(\d{2})(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9}|:00)?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?(?::?00)?)?(?:\[([^\]]{1,60})\])?)?$/i;

/**
 * ISO 8601 as pages write it: `2026-05-01T20:00:00+02:00`, `+0200`, `+02`, `Z`, `[Europe/Madrid]`, without zone, without
 * seconds, with a space for the T, without time, without hyphens; 24:00 is the next midnight. Refuses the rest in words.
 */
export function readDate(text: string): Decision<WrittenDate, string> {
  const shown = JSON.stringify(text.slice(0, 60));
  const match = text.length <= 100 ? pattern.exec(text.trim()) : null;
  if (!match) {
    return refuse(
      /^\d{4}(?:-\d{2})?$/.test(text.trim())
        ? `${shown} names no day`
        : `${shown} is no ISO 8601 date (2027-05-31T20:00)`,
    );
  }
  const [, yearText, month, day, hour, minute, second = '0', zone, named] = match;
  const year = Number(yearText);
  if (year < 1900 || year >= 2200) return refuse(`the year ${year} is not between 1900 and 2199`);
  try {
    const date = Temporal.PlainDate.from({ year, month: Number(month), day: Number(day) }, { overflow: 'reject' });
    if (hour === undefined) return accept({ kind: 'day', date });
    const midnight = hour === '24' && Number(minute) === 0 && Number(second) === 0;
    const time = Temporal.PlainTime.from(
      { hour: midnight ? 0 : Number(hour), minute: Number(minute), second: Number(second) },
      { overflow: 'reject' },
    );
    const dateTime = (midnight ? date.add({ days: 1 }) : date).toPlainDateTime(time);
    if (zone === undefined) return accept(inNamedZone(dateTime, named) ?? { kind: 'local', dateTime });
    const offsetMinutes = readOffset(zone);
    const instant = dateTime.toZonedDateTime('UTC').epochMilliseconds - offsetMinutes * 60_000;
    if (instant < instantMin || instant >= instantMax || Math.abs(offsetMinutes) > 18 * 60) {
      return refuse(`${shown} is out of range`);
    }
    return accept({ kind: 'instant', instant, offsetMinutes, ...(/^[a-z]/i.test(zone) && { isUtc: true }) });
  } catch {
    return refuse(`${shown} is not in the calendar`);
  }
}

function inNamedZone(dateTime: Temporal.PlainDateTime, zone: string | undefined): WrittenDate | undefined {
  if (zone === undefined || readTimeZone(zone) === undefined) return undefined;
  const zoned = dateTime.toZonedDateTime(zone);
  return { kind: 'instant', instant: zoned.epochMilliseconds, offsetMinutes: zoned.offsetNanoseconds / 60e9 };
}

function readOffset(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

/** `20:00`, `T20:00:00`, `20:00:00+02:00`: the wall clock of a time of day; undefined if it is none. */
export function readTimeOfDay(text: string): string | undefined {
  const time = /^T?(\d{1,2}):?(\d{2})(?::?\d{2})?(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?$/i.exec(text.trim());
  if (!time || Number(time[1]) > 23 || Number(time[2]) > 59) return undefined;
  return `${time[1]!.padStart(2, '0')}:${time[2]}`;
}

/** A day with a time of day is a local time; anything else, and without one, stays as it is. */
export function withTimeOfDay(written: WrittenDate, timeOfDay: string | undefined): WrittenDate {
  if (written.kind !== 'day' || timeOfDay === undefined) return written;
  return { kind: 'local', dateTime: written.date.toPlainDateTime(timeOfDay) };
}

/** The instant of a written date in a zone; a day alone is taken at `timeOfDay`. */
export function toInstant(written: WrittenDate, timeZone: string, timeOfDay: string): Instant {
  if (written.kind === 'instant') return written.instant;
  const local = written.kind === 'local' ? written.dateTime : written.date.toPlainDateTime(timeOfDay);
  return local.toZonedDateTime(timeZone).epochMilliseconds;
}

/** The day of a written date, where it is. */
export function dayOf(written: WrittenDate, timeZone: string): Temporal.PlainDate {
  if (written.kind === 'day') return written.date;
  if (written.kind === 'local') return written.dateTime.toPlainDate();
  return Temporal.Instant.fromEpochMilliseconds(written.instant).toZonedDateTimeISO(timeZone).toPlainDate();
}
