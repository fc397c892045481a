import { verificationTable } from '../verify/verification-text.ts';
import type { RehearsalResult } from './result.ts';

const sparks = '▁▂▃▄▅▆▇█';
const sparkWidth = 60;
const barWidth = 28;

/** What a rehearsal came to, for 80 columns of text. */
export function terminalPicture(result: RehearsalResult, inColour: boolean): string {
  const style = (code: number, text: string) => (inColour ? `\u001b[${code}m${text}\u001b[0m` : text);
  const heading = (text: string) => ['', style(1, text)];
  const { series, seats, show, totals, setting, soldOutAtMs } = result;
  const ending =
    soldOutAtMs === null
      ? `${number(seats.at(-1)?.available ?? 0)} of ${number(show.capacity)} seats left`
      : `sold out after ${clock(soldOutAtMs)}`;
  const lines = [
    '',
    style(1, `${show.title}: ${number(setting.buyers)} buyers, ${number(show.capacity)} seats, ${ending}`),
    `${number(totals.purchases)} purchases of ${number(totals.tickets)} tickets, ${number(result.requests)} requests in ${clock(result.ms)} (seed ${setting.seed})`,
    '',
    sparkLine('arrivals', series.arrivals, result.ms),
    sparkLine('holds', series.holds, result.ms),
    sparkLine('purchases', series.purchases, result.ms),
    sparkLine('refusals', series.refusals, result.ms),
    seatsLine(result),
    ...heading('How visits ended'),
    ...bars(result.outcomes),
    ...heading('From hold to ticket, in sessions'),
    ...funnelLines(result),
    ...heading('Refusals by reason'),
    ...(result.refusals.length > 0 ? bars(result.refusals) : ['  none']),
    ...addressHints(result).map((hint) => `  ${hint}`),
    ...heading('Latency in milliseconds, from the intended moment'),
    `  ${'step'.padEnd(20)}${['requests', 'p50', 'p95', 'p99', 'max'].map((name) => name.padStart(10)).join('')}`,
    ...[...result.latencies, ...(result.all.count > 0 ? [result.all] : [])].map(
      ({ step, count, p50Ms, p95Ms, p99Ms, maxMs }) =>
        `  ${step.padEnd(20)}${number(count).padStart(10)}${[p50Ms, p95Ms, p99Ms, maxMs].map((ms) => ms.toFixed(1).padStart(10)).join('')}`,
    ),
    ...loadLines(result),
    ...(result.pages.length > 0 ? [...heading('What browsers loaded, in milliseconds'), ...pageLines(result)] : []),
    ...(result.errors.length > 0 ? [...heading(style(31, 'Errors')), ...bars(result.errors)] : []),
    ...heading('What the crowd saw'),
    ...result.checks.flatMap(({ claim, count, examples }) => [
      `  ${count === 0 ? style(32, 'ok      ') : style(31, 'VIOLATED')}  ${claim}${count === 0 ? '' : ` (${number(count)})`}`,
      ...examples.map((example) => `              ${JSON.stringify(example)}`),
    ]),
    ...heading('What the database says'),
    result.verification === null
      ? '  It cannot be reached from here: run onsale verify beside the server.'
      : verificationTable(result.verification, inColour).trimEnd(),
    '',
    result.clean ? style(32, 'All went well.') : style(31, 'Something is wrong: see above.'),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

function loadLines({ all, load, ms }: RehearsalResult): string[] {
  if (all.count === 0) return [];
  const share = ((100 * all.failed) / all.count).toFixed(3);
  return [
    `  ${number(Math.round((all.count * 1_000) / Math.max(1, ms)))} a second; ${number(all.failed)} failed (${share} %)`,
    `  The crowd itself took ${load.cores.toFixed(2)} of a core, and was late by ${load.lateP99Ms.toFixed(1)} ms (p99)`,
  ];
}

/** One row of the picture: the largest count per second stands at its end. */
function sparkLine(label: string, perSecond: readonly number[], ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  const most = perSecond.reduce((max, count) => Math.max(max, count), 0);
  const columns = columnsOf(seconds, (from, to) => {
    const part = perSecond.slice(from, to);
    return part.reduce((sum, count) => sum + count, 0) / (to - from);
  });
  return `  ${label.padEnd(10)}${sparkline(columns)} ${number(most)}/s at most`;
}

function seatsLine({ seats, show, ms }: RehearsalResult): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  let i = 0;
  const columns = columnsOf(seconds, (_, to) => {
    while (i + 1 < seats.length && seats[i + 1]!.atMs <= to * 1000) i++;
    return seats[i]?.available ?? show.capacity;
  });
  return `  ${'free seats'.padEnd(10)}${sparkline(columns)} ${number(seats.at(-1)?.available ?? 0)} at the end`;
}

function columnsOf(seconds: number, value: (from: number, to: number) => number): number[] {
  const width = Math.min(sparkWidth, seconds);
  return Array.from({ length: width }, (_, column) => {
    const from = Math.floor((column * seconds) / width);
    return value(from, Math.max(from + 1, Math.floor(((column + 1) * seconds) / width)));
  });
}

export function sparkline(values: readonly number[]): string {
  const most = values.reduce((max, value) => Math.max(max, value), 0);
  return values
    .map((value) => (value <= 0 || most === 0 ? ' ' : sparks[Math.min(7, Math.floor((value / most) * 8))]))
    .join('');
}

function bars(counts: RehearsalResult['refusals']): string[] {
  const most = Math.max(...counts.map(({ count }) => count));
  const width = Math.max(...counts.map(({ label }) => label.length));
  return counts.map(({ label, count }) => {
    const bar = '█'.repeat(Math.max(1, Math.round((count / most) * barWidth)));
    return `  ${label.padEnd(width)}  ${bar} ${number(count)}`;
  });
}

function funnelLines({ funnel, cards }: RehearsalResult): string[] {
  const most = Math.max(1, ...funnel.map(({ count }) => count));
  const width = Math.max(...cards.map(({ card }) => card.length), 20);
  const stages = funnel.map(({ stage, count, accounts }, i) => {
    const share = i === 0 ? '' : ` (${shareOf(count, funnel[i - 1]!.count)} of those before)`;
    const bar = '█'.repeat(Math.max(1, Math.round((count / most) * barWidth)));
    return `  ${stage.padEnd(18)}  ${bar} ${number(count)}, ${number(accounts)} signed in${share}`;
  });
  if (cards.length === 0) return stages;
  const head = ['tried', 'paid', 'p50', 'p95'].map((name) => name.padStart(9)).join('');
  const rows = cards.map(({ card, tried, paid, p50Ms, p95Ms }) => {
    const times = paid === 0 ? ['–', '–'] : [seconds(p50Ms), seconds(p95Ms)];
    return `  ${card.padEnd(width)}${[number(tried), number(paid), ...times].map((text) => text.padStart(9)).join('')}`;
  });
  return [...stages, '', `  ${'card'.padEnd(width)}${head}`, ...rows];
}

function pageLines({ pages }: RehearsalResult): string[] {
  const row = (cells: readonly string[]) => cells.map((text) => text.padStart(10)).join('');
  return [
    `  ${'request'.padEnd(20)}${row(['requests', 'with 304', 'p50', 'p95', 'bytes'])}`,
    ...pages.map(
      ({ step, count, unchanged, p50Ms, p95Ms, bytes }) =>
        `  ${step.padEnd(20)}${row([number(count), number(unchanged), p50Ms.toFixed(1), p95Ms.toFixed(1), size(bytes)])}`,
    ),
  ];
}

/** 41 344 bytes as `41 kB`. */
export function size(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What lifts the limits that count by address. */
const lifted = { RATE_LIMITED: 'RATE_LIMITS=x100', HOLD_LIMIT_PER_NETWORK: 'HOLD_LIMITS=off' };

/** Everybody's requests come from one address here, which no real crowd's do. */
export function addressHints({ refusals }: Pick<RehearsalResult, 'refusals'>): string[] {
  return Object.entries(lifted)
    .filter(([limit]) => refusals.some(({ label }) => label === limit))
    .map(
      ([limit, setting]) =>
        `${limit}: to a server all these buyers are one address. To rehearse on it, start it with ${setting}.`,
    );
}

/** 87 of 100 as `87 %`. */
export function shareOf(count: number, of: number): string {
  return of === 0 ? '–' : `${Math.round((count / of) * 100)} %`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

export function number(value: number): string {
  return value.toLocaleString('en');
}

/** 75 400 ms as `1:15`. */
export function clock(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
