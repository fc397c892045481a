import { createFunnel, type Funnel } from './funnel.ts';
import { createLatencies, type Latencies } from './latencies.ts';
import { type PageStep, pageSteps } from './page-requests.ts';

/** What comes with the requests of a page. */
export interface PageCount {
  bytes: number;
  /** Answers that what the browser has is still right (304). */
  unchanged: number;
}

/** The requests of a buyer's way, in its order, and of those who only look. */
export const steps = {
  event: 'event page',
  availability: 'availability',
  map: 'seat map',
  reserve: 'reserve',
  basket: 'look at the basket',
  release: 'give back',
  purchase: 'purchase',
  bank: 'the bank’s page',
  tickets: 'their tickets',
  viewPage: 'viewer: page',
  viewEvent: 'viewer: event',
  viewNumbers: 'viewer: numbers',
  viewSeats: 'viewer: seats',
  viewSearch: 'viewer: search',
  viewList: 'viewer: list',
} as const;
export type Step = keyof typeof steps | PageStep;
export type ViewStep = Extract<Step, `view${string}`>;

/** How a buyer's visit ended. */
export const outcomes = {
  bought: 'bought tickets',
  soldOut: 'heard that it is sold out',
  gaveUp: 'left while others held the rest',
  walkedAway: 'walked away from the basket',
  tooLate: 'came back too late',
  refused: 'were refused otherwise',
  failed: 'met an error',
} as const;
export type Outcome = keyof typeof outcomes;

const seriesNames = ['arrivals', 'holds', 'purchases', 'tickets', 'refusals'] as const;
export type SeriesName = (typeof seriesNames)[number];

export interface SeatSample {
  readonly atMs: number;
  readonly available: number;
  readonly held: number;
  readonly reserved: number;
  readonly sold: number;
}

/** Everything that is counted while a rehearsal runs. Times are milliseconds from the opening. */
export interface Tally {
  readonly latencies: Readonly<Record<Step, Latencies>>;
  readonly pages: Readonly<Record<PageStep, PageCount>>;
  readonly refusals: Map<string, number>;
  readonly errors: Map<string, number>;
  readonly outcomes: Map<Outcome, number>;
  readonly funnel: Funnel;
  /** One count per second. */
  readonly series: Readonly<Record<SeriesName, number[]>>;
  readonly totals: Record<SeriesName, number>;
  readonly seats: SeatSample[];
  /** Buyers now inside. */
  inside: number;
  requests: number;
  /** All requests, whoever sent them, from when they were meant to leave. */
  readonly everything: Latencies;
  /** Of these: not answered, by an error of the server, or by "not now" (429, 503). */
  failed: number;
  /** Visits so far: those of a bot are several. */
  visits: number;
  soldOutAtMs: number | null;
  count(name: SeriesName, atMs: number, by?: number): void;
}

export function createTally(): Tally {
  const ofPages = Object.keys(pageSteps).map((step) => `page:${step}`);
  const perStep = [...Object.keys(steps), ...ofPages].map((step) => [step, createLatencies()]);
  const zero = () => Object.fromEntries(seriesNames.map((name) => [name, 0])) as Record<SeriesName, number>;
  const series = Object.fromEntries(seriesNames.map((name) => [name, [] as number[]])) as Record<SeriesName, number[]>;
  const totals = zero();
  return {
    latencies: Object.fromEntries(perStep) as Tally['latencies'],
    pages: Object.fromEntries(ofPages.map((step) => [step, { bytes: 0, unchanged: 0 }])) as Tally['pages'],
    refusals: new Map(),
    errors: new Map(),
    outcomes: new Map(),
    funnel: createFunnel(),
    series,
    totals,
    seats: [],
    inside: 0,
    requests: 0,
    everything: createLatencies(),
    failed: 0,
    visits: 0,
    soldOutAtMs: null,
    count(name, atMs, by = 1) {
      const second = Math.max(0, Math.floor(atMs / 1000));
      const counts = series[name];
      while (counts.length <= second) counts.push(0);
      counts[second]! += by;
      totals[name] += by;
    },
  };
}

export function increase<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}
