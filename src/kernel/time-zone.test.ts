import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atPlace, parseWrittenTime, toLocalIso, toLocalWords } from './instant.ts';
import { isPlaceZone, offsetAt, readTimeZone, zoneWords } from './time-zone.ts';

test('a zone is kept under one name, and never one that reads the wrong way round', () => {
  const kept = {
    'Europe/Madrid': 'Europe/Madrid',
    'europe/madrid': 'Europe/Madrid',
    'America/Argentina/Buenos_Aires': 'America/Argentina/Buenos_Aires',
    UTC: 'UTC',
    'Etc/UTC': 'UTC',
    Zulu: 'UTC',
    'GMT+0': 'UTC',
    'Etc/GMT-2': '+02:00',
    'etc/gmt+5': '-05:00',
    '+05:45': '+05:45',
    '+00:00': 'UTC',
    '-00:00': 'UTC',
  };
  for (const [name, zone] of Object.entries(kept)) assert.equal(readTimeZone(name), zone, name);
});

test('what is no zone is none', () => {
  const none = [
    '',
    'Z',
    'Moon/Base',
    '+2',
    '+25:00',
    '02:00',
    'Etc/Unknown',
    '2030-06-01T20:00Z[Europe/Madrid]',
    'a'.repeat(99),
  ];
  for (const name of none) assert.equal(readTimeZone(name), undefined, name);
});

test('a place says where it is, UTC and offsets do not', () => {
  assert.deepEqual(['Europe/Madrid', 'UTC', 'Etc/UTC', '+02:00', 'Etc/GMT-2', 'Moon/Base'].map(isPlaceZone), [
    true,
    ...Array.from({ length: 5 }, () => false),
  ]);
});

test('the wall clock is shown with a zone that people read the right way round', () => {
  const instant = Date.parse('2030-06-01T18:00:00Z');
  assert.equal(toLocalWords(instant, '+02:00'), 'Saturday, 1 June 2030 at 20:00 (UTC+2)');
  assert.equal(toLocalWords(instant, 'Etc/GMT-2'), toLocalWords(instant, '+02:00'));
  assert.equal(toLocalIso(instant, '+02:00'), '2030-06-01T20:00:00+02:00');
  assert.deepEqual(['-03:30', '+05:45', 'UTC', 'Etc/UTC', 'Atlantic/Canary'].map(zoneWords), [
    'UTC-3:30',
    'UTC+5:45',
    'UTC',
    'UTC',
    'Atlantic/Canary',
  ]);
  assert.equal(offsetAt('Europe/Madrid', instant), '+02:00');
});

test('a time keeps the offset that was written beside it; Z says nothing of the place', () => {
  const instant = Date.parse('2030-06-01T18:00:00Z');
  assert.deepEqual(parseWrittenTime('2030-06-01T20:00:00+02:00'), { instant, offset: '+02:00' });
  assert.deepEqual(parseWrittenTime('2030-06-01T18:00:00+00:00'), { instant, offset: 'UTC' });
  assert.deepEqual(parseWrittenTime('2030-06-01T18:00Z'), { instant, offset: null });
  assert.deepEqual(parseWrittenTime('2030-06-01T18:00:00-00:00'), { instant, offset: null });
});

test('a time without zone is the wall clock of a place', () => {
  for (const text of ['2030-06-01T20:00:00', '2030-06-01T20:00', '2030-06-01T20:00:00.0000000']) {
    const written = parseWrittenTime(text)!;
    assert.deepEqual(written, { wallClock: '2030-06-01T20:00:00' });
    assert.equal(atPlace(written, 'Atlantic/Canary'), Date.parse('2030-06-01T20:00:00+01:00'));
    assert.equal(atPlace(written, '-05:00'), Date.parse('2030-06-01T20:00:00-05:00'));
  }
  const never = [
    '2030-02-30T20:00:00',
    '2030-06-01',
    '2030-06-01T24:30:00',
    '1899-12-31T20:00:00',
    '2200-06-01T20:00',
    'soon',
  ];
  for (const text of never) assert.equal(parseWrittenTime(text), undefined, text);
  // An hour that the clock leaves out in spring is the one after.
  assert.equal(atPlace({ wallClock: '2030-03-31T02:30:00' }, 'Europe/Madrid'), Date.parse('2030-03-31T03:30:00+02:00'));
});
