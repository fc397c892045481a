import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Instant, instantMax, instantMin } from '../../../kernel/instant.ts';

/** A date as written: how exact it is decides what it means in a zone. */
export type WrittenDate =
  | { readonly kind: 'instant'; readonly instant: Instant; readonly offsetMinutes: number }
  | { readonly kind: 'local'; readonly dateTime: Temporal.PlainDateTime }
  | { readonly kind: 'day'; readonly date: Temporal.PlainDate };

const pattern =
  /^([+-]?\d{4,6})-?(\d{2})-?(\d{2})(?:[T ]+(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?(?::?00)?)?(?:\[[^\]]{1,60}\])?)?$/i;

/**
 * ISO 8601 as pages write it: `2026-05-01T20:00:00+02:00`, `+0200`, `+02`, `Z`, without zone, without seconds, with a
 * space for the T, without time, without hyphens; 24:00 is the next midnight. Refuses the rest in words.
 */
export function readDate(text: string): Decision<WrittenDate, string> {
  const match = text.length <= 100 ? pattern.exec(text.trim()) : null;
  if (!match) return refuse(`${JSON.stringify(text.slice(0, 60))} is no ISO 8601 date`);
  const [, yearText, month, day, hour, minute, second = '0', zone] = match;
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
    if (zone === undefined) return accept({ kind: 'local', dateTime });
    const offsetMinutes = readOffset(zone);
    const instant = dateTime.toZonedDateTime('UTC').epochMilliseconds - offsetMinutes * 60_000;
    if (instant < instantMin || instant >= instantMax || Math.abs(offsetMinutes) > 18 * 60) {
      return refuse(`${JSON.stringify(text.slice(0, 60))} is out of range`);
    }
    return accept({ kind: 'instant', instant, offsetMinutes });
  } catch {
    return refuse(`${JSON.stringify(text.slice(0, 60))} is not in the calendar`);
  }
}

function readOffset(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return match[1] === '-' ? -minutes : minutes;
}

/** The instant of a written date in a zone; a day alone is taken at `timeOfDay`. */
export function toInstant(written: WrittenDate, timeZone: string, timeOfDay: string): Instant {
  if (written.kind === 'instant') return written.instant;
  const local = written.kind === 'local' ? written.dateTime : written.date.toPlainDateTime(timeOfDay);
  return local.toZonedDateTime(timeZone).epochMilliseconds;
}
