import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../io.ts';
import { readSimulateOptions } from './options.ts';

test('without arguments ten thousand buyers storm a generated arena of 18,000 seats', () => {
  const options = readSimulateOptions([]);
  const { buyers, arrival, durationMs, capacity, url, eventId } = options;
  assert.deepEqual(
    { buyers, arrival, durationMs, capacity, url, eventId },
    { buyers: 10_000, arrival: 'flash', durationMs: 30_000, capacity: 18_000, url: null, eventId: null },
  );
});

test('a share of buyers comes by the pages, none unless asked', () => {
  assert.equal(readSimulateOptions([]).byPage, 0);
  assert.equal(readSimulateOptions(['--by-page', '12.5%']).byPage, 0.125);
});

test('times take units, the address loses its last slash', () => {
  const options = readSimulateOptions(['--duration', '2m', '--tail', '500ms', '--url', 'http://x:1/', '--event', '7']);
  assert.equal(options.durationMs, 120_000);
  assert.equal(options.tailMs, 500);
  assert.equal(options.url, 'http://x:1');
  assert.equal(options.eventId, 7);
});

test('a ramp is an even arrival; viewers ask every few seconds unless a rate is said', () => {
  const { arrival, durationMs, goesOnMs } = readSimulateOptions(['--ramp', '30', '--minutes', '5']);
  assert.deepEqual([arrival, durationMs, goesOnMs], ['poisson', 30_000, 300_000]);
  assert.equal(readSimulateOptions(['--viewers', '9_000']).perSecond, 2_000);
  assert.equal(readSimulateOptions(['--viewers', '9000', '--rate', '500']).perSecond, 500);
  assert.equal(readSimulateOptions([]).viewers, 0);
});

test('with a key a show is made on the server that --url names', () => {
  const { eventId, apiKey } = readSimulateOptions(['--url', 'http://x', '--api-key', 'k', '--capacity', '500']);
  assert.deepEqual([eventId, apiKey], [null, 'k']);
});

for (const args of [
  ['--ramp', '30s', '--duration', '10s'],
  ['--ramp', '30s', '--arrival', 'flash'],
  ['--minutes', '0.5'],
  ['--minutes', '61'],
  ['--rate', '2000'],
  ['--viewers', '0'],
  ['--viewers', '100000'],
  ['--buyers', '0'],
  ['--buyers', 'many'],
  ['--buyers', '1.5'],
  ['--arrival', 'slow'],
  ['--duration', '3 weeks'],
  ['--speed', '0'],
  ['--url', 'here', '--event', '1'],
  ['--url', 'http://127.0.0.1:3000'],
  ['--event', '1', '--capacity', '10'],
  ['--plan', 'x.json', '--capacity', '10'],
  ['--seed=-1'],
  ['--by-page', '0.3'],
  ['--by-page', '130%'],
]) {
  test(`it refuses ${args.join(' ')}`, () => {
    assert.throws(() => readSimulateOptions(args), UsageError);
  });
}
