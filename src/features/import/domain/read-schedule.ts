import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { readTimeZone } from '../../../kernel/time-zone.ts';
import { type Subject, textOf, textsOf, wordsOf } from './json-ld.ts';
import { dayOf, readDate, readTimeOfDay, type WrittenDate, withTimeOfDay } from './read-date.ts';

/** One date of a schedule, and how it ends where the schedule says so. */
export interface ScheduledDate {
  readonly start: WrittenDate;
  readonly end: WrittenDate | null;
}

/** More dates than a daily show has in two years are nobody's programme. */
const scheduledMax = 1_000;

const dayNames = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const periods: Readonly<Record<string, string>> = { daily: 'P1D', weekly: 'P1W', biweekly: 'P2W', monthly: 'P1M' };
const ruleOfMonths = ['byMonth', 'byMonthDay', 'byMonthWeek'];

/**
 * The dates of a schema.org Schedule: one date, every so many days or weeks (on some days of the week), or the same day
 * of every so many months; up to a last day or a number of times. Refuses, in words, what it does not understand: a
 * date that was guessed would be sold.
 */
export function readSchedule(schedule: Subject, timeZone: string): Decision<readonly ScheduledDate[], string> {
  const written = textOf(schedule, 'startDate');
  if (written === undefined) return refuse('the schedule has no startDate');
  const first = readDate(written);
  if (!first.accepted) return refuse(`startDate of the schedule ${first.refusal}`);
  const zone = zoneOf(schedule, timeZone);
  const startTime = timeOf(schedule, 'startTime');
  const endTime = timeOf(schedule, 'endTime');
  const last = readLast(schedule);
  if (!last.accepted) return last;
  const days = readDays(schedule, dayOf(first.value, zone), last.value && dayOf(last.value, zone));
  if (!days.accepted) return days;
  const except = new Set(exceptions(schedule, zone));
  const atStart = (day: Temporal.PlainDate): WrittenDate => placed(sameTime(first.value, day, zone), startTime, zone);
  const dates = days.value
    .filter((day) => !except.has(day.toString()))
    .map((day) => ({
      start: atStart(day),
      end:
        endTime === undefined
          ? null
          : placed({ kind: 'day', date: nightAfter(day, startTime, endTime) }, endTime, zone),
    }));
  return dates.length > 0 ? accept(dates) : refuse('the schedule names no date');
}

function zoneOf(schedule: Subject, timeZone: string): string {
  const named = textOf(schedule, 'scheduleTimezone')?.trim();
  return named !== undefined && readTimeZone(named) !== undefined ? named : timeZone;
}

function timeOf(schedule: Subject, key: string): string | undefined {
  const text = textOf(schedule, key);
  return text === undefined ? undefined : readTimeOfDay(text);
}

/** At the time of day that the first date names, if it does. */
function sameTime(first: WrittenDate, day: Temporal.PlainDate, timeZone: string): WrittenDate {
  if (first.kind === 'day') return { kind: 'day', date: day };
  const local =
    first.kind === 'local'
      ? first.dateTime
      : Temporal.Instant.fromEpochMilliseconds(first.instant).toZonedDateTimeISO(timeZone).toPlainDateTime();
  return { kind: 'local', dateTime: day.toPlainDateTime(local.toPlainTime()) };
}

function placed(written: WrittenDate, timeOfDay: string | undefined, timeZone: string): WrittenDate {
  const timed = withTimeOfDay(written, timeOfDay);
  if (timed.kind !== 'local') return timed;
  const zoned = timed.dateTime.toZonedDateTime(timeZone);
  return { kind: 'instant', instant: zoned.epochMilliseconds, offsetMinutes: zoned.offsetNanoseconds / 60e9 };
}

function nightAfter(day: Temporal.PlainDate, startTime: string | undefined, endTime: string): Temporal.PlainDate {
  return startTime !== undefined && endTime < startTime ? day.add({ days: 1 }) : day;
}

function readLast(schedule: Subject): Decision<WrittenDate | null, string> {
  const text = textOf(schedule, 'endDate');
  if (text === undefined) return accept(null);
  const date = readDate(text);
  return date.accepted ? date : refuse(`endDate of the schedule ${date.refusal}`);
}

function exceptions(schedule: Subject, timeZone: string): string[] {
  return textsOf(schedule, 'exceptDate').flatMap((text) => {
    const date = readDate(text);
    return date.accepted ? [dayOf(date.value, timeZone).toString()] : [];
  });
}

function readDays(
  schedule: Subject,
  first: Temporal.PlainDate,
  last: Temporal.PlainDate | null,
): Decision<readonly Temporal.PlainDate[], string> {
  const frequency = textOf(schedule, 'repeatFrequency');
  const weekdays = wordsOf(schedule, 'byDay').map(weekdayOf);
  if (weekdays.includes(0) || ruleOfMonths.some((key) => textOf(schedule, key) !== undefined)) {
    return refuse('the schedule repeats in a way that is not understood: name each date');
  }
  const isOnce = frequency === undefined && weekdays.length === 0;
  if (isOnce && (last === null || last.equals(first))) return accept([first]);
  const period = readPeriodOf(frequency ?? (weekdays.length > 0 ? 'P1W' : 'P1D'));
  if (period === undefined)
    return refuse(`repeatFrequency ${JSON.stringify(frequency?.slice(0, 40))} is not understood: write P1W`);
  const times = Number(textOf(schedule, 'repeatCount') ?? Number.NaN);
  const count = Number.isInteger(times) && times > 0 ? times : null;
  if (last === null && count === null) return refuse('the schedule says no end (endDate or repeatCount)');
  const days = walkDays(first, { period, weekdays, last, count });
  return days.length > scheduledMax
    ? refuse(`the schedule names more than ${scheduledMax.toLocaleString('en')} dates`)
    : accept(days);
}

interface Repetition {
  readonly period: { readonly unit: 'days' | 'months'; readonly count: number };
  /** 1 (Monday) to 7; none: the weekday of the first date. */
  readonly weekdays: readonly number[];
  readonly last: Temporal.PlainDate | null;
  readonly count: number | null;
}

function walkDays(first: Temporal.PlainDate, { period, weekdays, last, count }: Repetition): Temporal.PlainDate[] {
  const days: Temporal.PlainDate[] = [];
  const isDone = (day: Temporal.PlainDate) =>
    days.length > scheduledMax ||
    (count !== null && days.length >= count) ||
    (last !== null && Temporal.PlainDate.compare(day, last) > 0) ||
    day.year >= 2200;
  const isWeekly = period.unit === 'days' && period.count % 7 === 0 && weekdays.length > 0;
  for (let i = 0; ; i++) {
    const base = first.add(period.unit === 'days' ? { days: i * period.count } : { months: i * period.count });
    // A month without that day has no such date.
    if (period.unit === 'months' && base.day !== first.day && !isDone(base)) continue;
    const monday = base.subtract({ days: base.dayOfWeek - 1 });
    const candidates = isWeekly ? [...weekdays].sort().map((weekday) => monday.add({ days: weekday - 1 })) : [base];
    for (const day of candidates) {
      if (Temporal.PlainDate.compare(day, first) < 0) continue;
      if (isDone(day)) return days;
      if (isWeekly || weekdays.length === 0 || weekdays.includes(day.dayOfWeek)) days.push(day);
    }
    if (isDone(base)) return days;
  }
}

function weekdayOf(word: string): number {
  const at = dayNames.findIndex((name) => name === word.toLowerCase() || name.slice(0, 2) === word.toLowerCase());
  return at + 1;
}

function readPeriodOf(text: string): Repetition['period'] | undefined {
  const match = /^P(\d{1,3})([DWM])$/i.exec(periods[text.trim().toLowerCase()] ?? text.trim());
  if (!match || Number(match[1]) === 0) return undefined;
  const count = Number(match[1]);
  if (match[2]!.toUpperCase() === 'M') return { unit: 'months', count };
  return { unit: 'days', count: match[2]!.toUpperCase() === 'W' ? count * 7 : count };
}
