import { clock, number } from './terminal-picture.ts';

/** One line of a chart: its name in words, its colour's name in the style sheet, a value per step of time. */
export interface Line {
  readonly label: string;
  readonly colour: string;
  readonly values: readonly number[];
}

export interface TimeChart {
  /** What a screen reader says of it. */
  readonly title: string;
  readonly lines: readonly Line[];
  readonly stepMs: number;
  readonly unit: string;
  /** Lines lie on top of each other instead of across. */
  readonly stacked?: boolean;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Drawn twice, for a desk and for a phone: shrunk to a phone's width, the text of one would be too small to read. */
const frames: Readonly<Record<'wide' | 'narrow', Frame>> = {
  wide: { width: 860, height: 300, left: 58, right: 12, top: 12, bottom: 30 },
  narrow: { width: 380, height: 250, left: 48, right: 8, top: 10, bottom: 28 },
};
const columnsMax = 240;

/** Values over time as inline SVG, in both sizes, with a legend above. */
export function timeChart(chart: TimeChart): string {
  const merged = mergeSteps(chart);
  const legend = chart.lines
    .map(({ label, colour }) => `<li><i style="background:var(--${colour})"></i>${escapeHtml(label)}</li>`)
    .join('');
  const drawings = Object.entries(frames).map(([size, frame]) => drawTimeChart(merged, frame, size));
  return `<ul class="legend">${legend}</ul>${drawings.join('')}`;
}

/** So many steps into one that a pixel column has at least a value of its own. Rates are averaged, levels sampled. */
function mergeSteps(chart: TimeChart): TimeChart {
  const count = Math.max(...chart.lines.map(({ values }) => values.length), 1);
  const factor = Math.ceil(count / columnsMax);
  const lines = chart.lines.map((line) => ({
    ...line,
    values: Array.from({ length: Math.ceil(count / factor) }, (_, i) => {
      const part = line.values.slice(i * factor, (i + 1) * factor);
      if (part.length === 0) return 0;
      return chart.stacked ? part.at(-1)! : part.reduce((sum, value) => sum + value, 0) / part.length;
    }),
  }));
  return { ...chart, lines, stepMs: chart.stepMs * factor };
}

function drawTimeChart({ title, lines, stepMs, unit, stacked }: TimeChart, frame: Frame, size: string): string {
  const { width, height, left, right, top, bottom } = frame;
  const count = lines[0]?.values.length ?? 0;
  const sums = Array.from({ length: count }, (_, i) => lines.reduce((sum, { values }) => sum + values[i]!, 0));
  const most = stacked ? Math.max(...sums, 1) : Math.max(...lines.flatMap(({ values }) => values), 1);
  const ticks = niceTicks(most, size === 'wide' ? 5 : 4);
  const ceiling = ticks.at(-1)!;
  const x = (i: number) => left + (count > 1 ? (i / (count - 1)) * (width - left - right) : 0);
  const y = (value: number) => height - bottom - (value / ceiling) * (height - top - bottom);
  const parts = [
    ...ticks.map(
      (tick) =>
        `<line class="grid" x1="${left}" x2="${width - right}" y1="${r(y(tick))}" y2="${r(y(tick))}"/>` +
        `<text x="${left - 8}" y="${r(y(tick) + 4)}" text-anchor="end">${shortNumber(tick)}</text>`,
    ),
    ...timeTicks((count - 1) * stepMs, size === 'wide' ? 8 : 4).map(
      (ms) => `<text x="${r(x(ms / stepMs))}" y="${height - 8}" text-anchor="middle">${clock(ms)}</text>`,
    ),
    ...(stacked ? stackedAreas(lines, x, y) : plainLines(lines, x, y, height - bottom)),
    ...hoverColumns(lines, { count, stepMs, unit, x, top, bottom: height - bottom }),
  ];
  return `<svg class="${size}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">${parts.join('')}</svg>`;
}

function plainLines(
  lines: readonly Line[],
  x: (i: number) => number,
  y: (value: number) => number,
  floor: number,
): string[] {
  return lines.map(({ colour, values }) => {
    const path = values.map((value, i) => `${i === 0 ? 'M' : 'L'}${r(x(i))} ${r(y(value))}`).join('');
    const area = `${path}L${r(x(values.length - 1))} ${floor}L${r(x(0))} ${floor}Z`;
    return `<path d="${area}" fill="var(--${colour})" opacity="0.10"/><path class="line" d="${path}" stroke="var(--${colour})"/>`;
  });
}

function stackedAreas(lines: readonly Line[], x: (i: number) => number, y: (value: number) => number): string[] {
  const floor = new Array<number>(lines[0]?.values.length ?? 0).fill(0);
  return lines.map(({ colour, values }) => {
    const below = [...floor];
    values.forEach((value, i) => {
      floor[i]! += value;
    });
    const up = floor.map((value, i) => `${i === 0 ? 'M' : 'L'}${r(x(i))} ${r(y(value))}`).join('');
    const down = below
      .map((value, i) => `L${r(x(i))} ${r(y(value))}`)
      .reverse()
      .join('');
    return `<path d="${up}${down}Z" fill="var(--${colour})"/>`;
  });
}

/** What the pointer shows over each moment. */
function hoverColumns(
  lines: readonly Line[],
  at: { count: number; stepMs: number; unit: string; x: (i: number) => number; top: number; bottom: number },
): string[] {
  const half = at.count > 1 ? (at.x(1) - at.x(0)) / 2 : 10;
  return Array.from({ length: at.count }, (_, i) => {
    const words = lines.map(({ label, values }) => `${label}: ${number(Math.round(values[i]!))}${at.unit}`).join('\n');
    const box = `x="${r(at.x(i) - half)}" y="${at.top}" width="${r(half * 2)}" height="${at.bottom - at.top}"`;
    return `<rect class="hover" ${box}><title>${clock(i * at.stepMs)}\n${escapeHtml(words)}</title></rect>`;
  });
}

export interface Spread {
  readonly label: string;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Latencies per step on one logarithmic scale: a bar from the median to the 99th percentile, a mark at the 95th. */
export function spreadChart(spreads: readonly Spread[]): string {
  return Object.entries(frames)
    .map(([size, frame]) => drawSpreads(spreads, frame, size))
    .join('');
}

function drawSpreads(spreads: readonly Spread[], { width, right }: Frame, size: string): string {
  const isWide = size === 'wide';
  const left = isWide ? 150 : 12;
  const rowHeight = isWide ? 34 : 50;
  const height = spreads.length * rowHeight + 34;
  const least = 10 ** Math.floor(Math.log10(Math.max(0.1, Math.min(...spreads.map(({ p50Ms }) => p50Ms)))));
  const most = 10 ** Math.ceil(Math.log10(Math.max(least * 10, ...spreads.map(({ maxMs }) => maxMs))));
  const decades = Math.round(Math.log10(most / least));
  const x = (ms: number) => left + (Math.log10(Math.max(least, ms) / least) / decades) * (width - left - right - 14);
  const grid = Array.from({ length: decades + 1 }, (_, i) => least * 10 ** i).map(
    (ms) =>
      `<line class="grid" x1="${r(x(ms))}" x2="${r(x(ms))}" y1="4" y2="${height - 26}"/>` +
      `<text x="${r(x(ms))}" y="${height - 8}" text-anchor="middle">${duration(ms)}</text>`,
  );
  const rows = spreads.map(({ label, p50Ms, p95Ms, p99Ms, maxMs }, i) => {
    const middle = i * rowHeight + (isWide ? 20 : 34);
    const name = isWide
      ? `<text class="name" x="${left - 12}" y="${middle + 4}" text-anchor="end">${escapeHtml(label)}</text>`
      : `<text class="name" x="${left}" y="${middle - 14}">${escapeHtml(label)}</text>`;
    return (
      `<g>${name}<line class="whisker" x1="${r(x(p99Ms))}" x2="${r(x(maxMs))}" y1="${middle}" y2="${middle}"/>` +
      `<rect x="${r(x(p50Ms))}" y="${middle - 7}" width="${r(Math.max(2, x(p99Ms) - x(p50Ms)))}" height="14" rx="7" fill="var(--arrivals)" opacity="0.35"/>` +
      `<circle cx="${r(x(p50Ms))}" cy="${middle}" r="7" fill="var(--arrivals)"/>` +
      `<line class="mark" x1="${r(x(p95Ms))}" x2="${r(x(p95Ms))}" y1="${middle - 9}" y2="${middle + 9}"/>` +
      `<title>${escapeHtml(label)}: half within ${duration(p50Ms)}, 95 % within ${duration(p95Ms)}, 99 % within ${duration(p99Ms)}, slowest ${duration(maxMs)}</title></g>`
    );
  });
  return `<svg class="${size}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Latency per step">${grid.join('')}${rows.join('')}</svg>`;
}

/** Counts as bars that fit any width. */
export function countBars(counts: readonly { label: string; count: number }[], colour: string): string {
  const most = Math.max(...counts.map(({ count }) => count), 1);
  const rows = counts.map(
    ({ label, count }) =>
      `<li><span>${escapeHtml(label)}</span><b>${number(count)}</b><i style="width:${r((count / most) * 100)}%;background:var(--${colour})"></i></li>`,
  );
  return `<ul class="bars">${rows.join('')}</ul>`;
}

export function duration(ms: number): string {
  if (ms >= 1000) return `${r(ms / 1000)} s`;
  return `${ms >= 10 ? Math.round(ms) : r(ms)} ms`;
}

export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

function r(value: number): number {
  return Math.round(value * 10) / 10;
}

function shortNumber(value: number): string {
  return value >= 10_000 ? `${r(value / 1000)}k` : number(value);
}

/** 0, step, 2·step … up to or over `most`; the step is 1, 2 or 5 times a power of ten. */
export function niceTicks(most: number, count: number): number[] {
  const rough = Math.max(most, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough)!);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, i) => i * step);
}

const timeStepsMs = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800].map((seconds) => seconds * 1000);

function timeTicks(ms: number, count: number): number[] {
  const step = timeStepsMs.find((size) => ms / size <= count) ?? 3_600_000;
  return Array.from({ length: Math.floor(ms / step) + 1 }, (_, i) => i * step);
}
