import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderReport } from './report.ts';
import { niceTicks } from './report-charts.ts';
import type { RehearsalResult } from './result.ts';
import { sparkline, terminalPicture } from './terminal-picture.ts';

const result: RehearsalResult = {
  startedAt: '2026-11-21T12:00:00.000Z',
  clean: false,
  setting: {
    buyers: 3,
    arrival: 'flash',
    durationMs: 1_000,
    goesOnMs: 0,
    viewers: 20,
    perSecond: 100,
    speed: 1,
    seed: 42,
    connections: 10,
    byPage: 0.3,
    server: 'http://127.0.0.1:3000',
    holdSeconds: 60,
    version: '0.1.0',
  },
  show: { eventId: 7, title: 'Rock & <script>alert(1)</script>', capacity: 4 },
  ms: 2_400,
  soldOutAtMs: 2_000,
  requests: 20,
  totals: { arrivals: 3, holds: 2, purchases: 2, tickets: 4, refusals: 1 },
  series: { arrivals: [3], holds: [1, 1], purchases: [0, 1, 1], tickets: [0, 2, 2], refusals: [0, 1] },
  seats: [
    { atMs: 0, available: 4, held: 0, reserved: 0, sold: 0 },
    { atMs: 2_000, available: 0, held: 0, reserved: 0, sold: 4 },
  ],
  behaviours: [{ label: 'takes the best available', count: 3 }],
  outcomes: [{ label: 'bought tickets', count: 2 }],
  funnel: [
    { stage: 'came', count: 3, accounts: 1 },
    { stage: 'got their tickets', count: 2, accounts: 1 },
  ],
  cards: [{ card: '3-D Secure, confirmed', tried: 2, paid: 2, p50Ms: 4_100, p95Ms: 6_000 }],
  refusals: [{ label: 'SOLD_OUT', count: 1 }],
  errors: [],
  latencies: [{ step: 'reserve', count: 3, p50Ms: 1.2, p95Ms: 4, p99Ms: 4, maxMs: 1_204 }],
  all: { step: 'all requests', count: 240, p50Ms: 1, p95Ms: 5, p99Ms: 9, maxMs: 20, failed: 3 },
  load: { cpuSeconds: 0.24, cores: 0.1, lateP99Ms: 1.5 },
  pages: [{ step: 'scripts', count: 12, unchanged: 0, bytes: 1_234_567, p50Ms: 1.5, p95Ms: 9 }],
  checks: [
    { name: 'one-buyer-per-ticket', claim: 'No ticket was sold twice', count: 1, examples: [{ ticketId: '<b>' }] },
  ],
  verification: null,
};

test('the report is one page that loads nothing and runs nothing', () => {
  const html = renderReport(result);
  assert(html.startsWith('<!doctype html>') && html.trimEnd().endsWith('</html>'));
  assert(!/<script|src=|href=|url\(|@import/.test(html));
  assert(html.includes('Sold out after 0:02') && html.includes('Something is wrong'));
});

test('what a server says is shown as text, never as markup', () => {
  const html = renderReport(result);
  assert(html.includes('Rock &amp; &lt;script&gt;') && html.includes('&lt;b&gt;') && !html.includes('"<b>"'));
});

test('numbers in the drawings are numbers, also for an empty rehearsal', () => {
  const empty = {
    ...result,
    ms: 0,
    seats: [],
    latencies: [],
    outcomes: [],
    behaviours: [],
    funnel: [],
    cards: [],
    refusals: [],
    series: { arrivals: [], holds: [], purchases: [], tickets: [], refusals: [] },
  };
  for (const one of [result, empty]) {
    const html = renderReport(one);
    assert(!/NaN|Infinity|undefined/.test(html));
  }
  assert(!/NaN|Infinity|undefined/.test(terminalPicture({ ...empty, refusals: [] }, false)));
});

test('the picture in the terminal names what is wrong', () => {
  const text = terminalPicture(result, false);
  assert(text.includes('VIOLATED') && text.includes('{"ticketId":"<b>"}') && text.includes('sold out after 0:02'));
  assert(!text.includes('\u001b'));
});

test('the way from hold to ticket is shown by stage and by card', () => {
  const text = terminalPicture(result, false);
  assert.match(text, /got their tickets .* 2, 1 signed in \(67 % of those before\)/);
  assert.match(text, /3-D Secure, confirmed +2 +2 +4\.1 s +6\.0 s/);
  assert.match(renderReport(result), /<td>3-D Secure, confirmed<\/td><td>2<\/td><td>2<\/td><td>4\.1 s<\/td>/);
});

test('what browsers loaded is shown only where somebody came by the pages', () => {
  assert.match(terminalPicture(result, false), /scripts +12 +0 +1\.5 +9\.0 +1\.2 MB/);
  assert.match(renderReport(result), /<td>scripts<\/td><td>12<\/td>.*<td>1\.2 MB<\/td>/);
  for (const text of [terminalPicture({ ...result, pages: [] }, false), renderReport({ ...result, pages: [] })]) {
    assert(!text.includes('What browsers loaded'));
  }
});

for (const [limit, setting] of [
  ['RATE_LIMITED', 'RATE_LIMITS=x100'],
  ['HOLD_LIMIT_PER_NETWORK', 'HOLD_LIMITS=off'],
] as const) {
  test(`a rehearsal that met ${limit} says how to lift it`, () => {
    const limited = { ...result, refusals: [{ label: limit, count: 9 }] };
    for (const text of [terminalPicture(limited, false), renderReport(limited)]) assert(text.includes(setting));
    for (const text of [terminalPicture(result, false), renderReport(result)]) assert(!text.includes(setting));
  });
}

test('a spark line keeps small counts visible and nothing empty', () => {
  assert.equal(sparkline([0, 1, 50, 100]), ' ▁▅█');
  assert.equal(sparkline([0, 0]), '  ');
});

test('all requests together, what failed of them, and what the crowd itself cost are said', () => {
  const text = terminalPicture(result, false);
  assert.match(text, /all requests +240 +1\.0 +5\.0 +9\.0 +20\.0\n +100 a second; 3 failed \(1\.250 %\)/);
  assert.match(text, /The crowd itself took 0\.10 of a core, and was late by 1\.5 ms/);
  assert.match(renderReport(result), /20; 100 requests a second.*240, 95 % within [\d.]+ ms; 3 failed/s);
});

test('axes end at a round number over the largest value', () => {
  assert.deepEqual(niceTicks(2_870, 5), [0, 1_000, 2_000, 3_000]);
  assert.deepEqual(niceTicks(1, 5), [0, 1]);
});
