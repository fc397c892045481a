import assert from 'node:assert/strict';
import test from 'node:test';
import type { ParsedShow } from './parsed.ts';
import { readPeriod, shiftShow } from './shift-dates.ts';

function shifted(start: string, period: string, end: string | null = null, timeZone = 'Europe/Berlin') {
  const at = (text: string) => Temporal.ZonedDateTime.from(`${text}[${timeZone}]`).epochMilliseconds;
  const show = {
    startsAt: at(start),
    endsAt: end && at(end),
    doorsAt: null,
    timeZone,
    offers: [],
  } as unknown as ParsedShow;
  const moved = shiftShow(show, readPeriod(period)!);
  assert(moved.accepted);
  const local = (instant: number | null) =>
    instant &&
    Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(timeZone).toPlainDateTime().toString();
  return [local(moved.value.startsAt), local(moved.value.endsAt)];
}

test('a show moves to the nearest day with its weekday, a period later', () => {
  // 16 October is a Thursday in 2025 and a Monday in 2028.
  assert.deepEqual(shifted('2025-10-16T20:00', 'P3Y'), ['2028-10-19T20:00:00', null]);
  // A Saturday that becomes a Tuesday moves three days on, a Sunday that becomes a Thursday three back to Sunday.
  for (let day = 1; day <= 28; day++) {
    const from = Temporal.PlainDate.from({ year: 2026, month: 2, day });
    const to = Temporal.PlainDate.from(shifted(`${from}T20:00`, 'P3Y')[0]!.toString());
    assert.equal(to.dayOfWeek, from.dayOfWeek);
    assert(Math.abs(from.add({ years: 3 }).until(to).days) <= 3);
  }
});

test('the local time stays, in summer and in winter, and so does the length', () => {
  assert.deepEqual(shifted('2026-03-28T20:00', 'P1D', '2026-03-28T23:00'), [
    '2026-03-28T20:00:00',
    '2026-03-28T23:00:00',
  ]);
  assert.deepEqual(shifted('2026-03-25T20:00', 'P1W', '2026-03-26T01:00'), [
    '2026-04-01T20:00:00',
    '2026-04-02T01:00:00',
  ]);
});

test('29 February goes to the day near the end of February', () => {
  assert.deepEqual(shifted('2028-02-29T20:00', 'P1Y'), ['2029-02-27T20:00:00', null]);
});

test('periods are those of the calendar, back as well as on', () => {
  assert.equal(readPeriod('P1Y6M')?.toString(), 'P1Y6M');
  assert.equal(readPeriod('-P2W')?.toString(), '-P2W');
  for (const text of ['P', '', '3Y', 'PT3H', 'P3Y2', 'P1.5Y', 'three years']) assert.equal(readPeriod(text), undefined);
});

test('a show that would leave the calendar is refused', () => {
  const show = { startsAt: 0, endsAt: null, doorsAt: null, timeZone: 'UTC', offers: [] } as unknown as ParsedShow;
  assert.equal(shiftShow(show, readPeriod('P9999Y')!).accepted, false);
});
