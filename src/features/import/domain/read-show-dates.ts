import type { Instant } from '../../../kernel/instant.ts';
import { nodesOf, type Subject, textOf, valuesOf } from './json-ld.ts';
import type { Remark } from './parsed.ts';
import { dayOf, readDate, readTimeOfDay, toInstant, type WrittenDate, withTimeOfDay } from './read-date.ts';
import type { Remarks } from './read-offers.ts';
import { readSchedule } from './read-schedule.ts';
import { offsetOf } from './zone-of-place.ts';

/** One date of a show, with the end that its page gives for it. */
export interface WrittenStart {
  readonly pointer: string;
  readonly start: WrittenDate;
  readonly end: { readonly pointer: string; readonly date: WrittenDate } | null;
}

/** The dates of a show, and those that cannot be read. */
export interface WrittenStarts {
  readonly starts: readonly WrittenStart[];
  readonly refusals: readonly Remark[];
}

export interface ShowDates {
  readonly startsAt: Instant;
  readonly endsAt: Instant | null;
  readonly doorsAt: Instant | null;
}

/** A day without a time of day is taken at this hour, when most shows start. */
const usualStart = '20:00';
/** An end on the day of the start but before it is meant for the night after, if the show is then this long at most. */
const nightMs = 12 * 3_600_000;

/**
 * Every date of a show: of its `startDate`, one or several, and of its `eventSchedule`. A day alone beside a schedule is
 * the first day of the whole, and no date by itself. Several dates of one page are several shows.
 */
export function readStarts(show: Subject, timeZone: string, notes: Remark[]): WrittenStarts {
  const refusals: Remark[] = [];
  const written = readWritten(show, refusals);
  const scheduled = readSchedules(show, timeZone);
  const starts: WrittenStart[] = [];
  const taken = new Set<string>();
  const add = (one: WrittenStart) => {
    const key =
      one.start.kind === 'day' ? one.start.date.toString() : String(toInstant(one.start, timeZone, usualStart));
    if (taken.has(key)) return;
    taken.add(key);
    starts.push(one);
  };
  for (const one of scheduled.dates) add(one);
  for (const one of written) if (one.start.kind !== 'day' || scheduled.dates.length === 0) add(one);
  if (starts.length > 0)
    notes.push(
      ...scheduled.faults.map((fault) => ({ ...fault, reason: `its eventSchedule was left out: ${fault.reason}` })),
    );
  else refusals.push(...scheduled.faults);
  if (starts.length + refusals.length === 0) refusals.push({ place: show.pointer, reason: 'has no date (startDate)' });
  return { starts, refusals };
}

function readWritten(show: Subject, refusals: Remark[]): WrittenStart[] {
  const startTime = readTimeOfDay(textOf(show, 'startTime') ?? '');
  const found = valuesOf(show, 'startDate').filter(({ value }) => isText(value));
  const ends = valuesOf(show, 'endDate').filter(({ value }) => isText(value));
  const endTime = readTimeOfDay(textOf(show, 'endTime') ?? '');
  const starts: (WrittenStart & { order: number })[] = [];
  for (const [i, { value, pointer }] of found.entries()) {
    const place = found.length > 1 ? pointer : show.pointer;
    const date = readDate(String(value));
    if (!date.accepted) {
      refusals.push({ place: pointer, reason: `startDate ${date.refusal}` });
      continue;
    }
    const start = withTimeOfDay(date.value, startTime);
    const own = ends.length === found.length ? ends[i] : undefined;
    const end = own && readDate(String(own.value));
    if (own && !end!.accepted) {
      refusals.push({ place: own.pointer, reason: `endDate ${(end as { refusal: string }).refusal}` });
      continue;
    }
    const written = end?.accepted ? { pointer: own!.pointer, date: withTimeOfDay(end.value, endTime) } : null;
    starts.push({ pointer: place, start, end: written, order: toInstant(start, 'UTC', usualStart) });
  }
  // One end for several dates is that of the last.
  const lastStart = Math.max(...starts.map(({ order }) => order));
  const [only] = ends;
  const end = only && ends.length < found.length ? readDate(String(only.value)) : undefined;
  return starts.map(({ order, ...one }) =>
    end?.accepted && order === lastStart ? { ...one, end: { pointer: only!.pointer, date: end.value } } : one,
  );
}

function isText(value: unknown): boolean {
  return (typeof value === 'string' && value.trim() !== '') || typeof value === 'number';
}

function readSchedules(show: Subject, timeZone: string): { dates: WrittenStart[]; faults: Remark[] } {
  const dates: WrittenStart[] = [];
  const faults: Remark[] = [];
  for (const schedule of nodesOf(show, 'eventSchedule')) {
    const read = readSchedule(schedule, timeZone);
    if (!read.accepted) {
      faults.push({ place: schedule.pointer, reason: read.refusal });
      continue;
    }
    const end = (date: WrittenDate | null) => date && { pointer: schedule.pointer, date };
    dates.push(...read.value.map((one) => ({ pointer: schedule.pointer, start: one.start, end: end(one.end) })));
  }
  return { dates, faults };
}

/** Start, end and doors of one date of a show as instants. What had to be guessed is noted, contradictions refuse. */
export function readDates(
  show: Subject,
  { pointer, start, end }: WrittenStart,
  timeZone: string,
  { faults, notes }: Remarks,
): ShowDates {
  const note = (reason: string) => void notes.push({ place: pointer, reason });
  const doors = readDoors(show, start, timeZone, note);
  const startsAt = start.kind === 'day' && doors !== null ? doors : toInstant(start, timeZone, usualStart);
  if (start.kind === 'day') {
    note(
      doors === null
        ? `gives no time of day: ${usualStart} was taken`
        : 'gives no time of day: that of the doors was taken',
    );
  }
  noteOffset(start, timeZone, note);
  if (doors !== null && doors > startsAt) note('the time of the doors was left out: it is after the start');
  const doorsAt = doors !== null && doors <= startsAt ? doors : null;
  if (end === null) return { startsAt, doorsAt, endsAt: endByDuration(show, startsAt) };
  let endsAt = toInstant(end.date, timeZone, '23:59');
  const nextNight = endsAt + 86_400_000;
  if (endsAt < startsAt && nextNight > startsAt && nextNight - startsAt <= nightMs) {
    note('ends before it starts: the night after was taken');
    endsAt = nextNight;
  }
  if (endsAt < startsAt) faults.push({ place: end.pointer, reason: 'ends before it starts' });
  return { startsAt, doorsAt, endsAt };
}

/** The page's clock was set to another place than that of the show: which of them is wrong, we cannot know. */
function noteOffset(start: WrittenDate, timeZone: string, note: (reason: string) => void): void {
  if (start.kind !== 'instant' || start.isUtc) return;
  const there = offsetOf(timeZone, start.instant);
  if (there === start.offsetMinutes) return;
  const local = Temporal.Instant.fromEpochMilliseconds(start.instant).toZonedDateTimeISO(timeZone);
  const clock = local.toPlainDateTime().toString({ smallestUnit: 'minute' });
  note(
    `is written with ${offsetText(start.offsetMinutes)}, but ${timeZone} has ${offsetText(there)} then: there it is ${clock}`,
  );
}

function offsetText(minutes: number): string {
  const text = (part: number) => String(Math.floor(part)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${text(Math.abs(minutes) / 60)}:${text(Math.abs(minutes) % 60)}`;
}

function readDoors(
  show: Subject,
  start: WrittenDate,
  timeZone: string,
  note: (reason: string) => void,
): Instant | null {
  const text = textOf(show, 'doorTime');
  if (text === undefined) return null;
  const time = readTimeOfDay(text);
  if (time !== undefined) return toInstant({ kind: 'day', date: dayOf(start, timeZone) }, timeZone, time);
  const date = readDate(text);
  if (date.accepted && date.value.kind !== 'day') return toInstant(date.value, timeZone, usualStart);
  note(`doorTime was left out: ${date.accepted ? 'it names no time of day' : date.refusal}`);
  return null;
}

function endByDuration(show: Subject, startsAt: Instant): Instant | null {
  const match = /^P(?:(\d{1,3})D)?(?:T(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:\d{1,5}S)?)?$/i.exec(
    textOf(show, 'duration')?.trim() ?? '',
  );
  if (!match) return null;
  const [days, hours, minutes] = match.slice(1).map((part) => Number(part ?? 0));
  const lengthMs = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000;
  return lengthMs > 0 ? startsAt + lengthMs : null;
}
