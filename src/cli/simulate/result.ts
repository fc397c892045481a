import type { Verification } from '../../features/verify/index.ts';
import { type Behaviour, behaviours } from './behaviours.ts';
import { type Card, cards } from './cards.ts';
import { type Stage, stages } from './funnel.ts';
import type { Latencies } from './latencies.ts';
import type { SimulateOptions } from './options.ts';
import type { OwnCheck } from './own-checks.ts';
import { pageSteps } from './page-requests.ts';
import type { CrowdRun } from './run-crowd.ts';
import type { Show } from './show.ts';
import { outcomes, type SeatSample, type SeriesName, steps } from './tally.ts';

/** All that a rehearsal found out: what the terminal, the report and `--json` show. */
export interface RehearsalResult {
  readonly startedAt: string;
  readonly clean: boolean;
  readonly setting: Pick<
    SimulateOptions,
    | 'buyers'
    | 'arrival'
    | 'durationMs'
    | 'goesOnMs'
    | 'viewers'
    | 'perSecond'
    | 'speed'
    | 'seed'
    | 'connections'
    | 'byPage'
  > & {
    readonly server: string;
    readonly holdSeconds: number;
    readonly version: string;
  };
  readonly show: { readonly eventId: number; readonly title: string; readonly capacity: number };
  readonly ms: number;
  readonly soldOutAtMs: number | null;
  readonly requests: number;
  readonly totals: Readonly<Record<SeriesName, number>>;
  readonly series: Readonly<Record<SeriesName, readonly number[]>>;
  readonly seats: readonly SeatSample[];
  readonly behaviours: readonly Counted[];
  readonly outcomes: readonly Counted[];
  /** From hold to ticket, in sessions. */
  readonly funnel: readonly FunnelStep[];
  readonly cards: readonly CardWay[];
  readonly refusals: readonly Counted[];
  readonly errors: readonly Counted[];
  readonly latencies: readonly StepLatency[];
  /** All requests together, and how many of them failed: no answer, an error of the server, or 429 or 503. */
  readonly all: StepLatency & { readonly failed: number };
  /** What the rehearsal itself took. */
  readonly load: { readonly cpuSeconds: number; readonly cores: number; readonly lateP99Ms: number };
  /** What buyers loaded who came by the pages. */
  readonly pages: readonly PageLoad[];
  readonly checks: readonly OwnCheck[];
  /** Null: the server's database could not be reached from here. */
  readonly verification: Verification | null;
}

export interface Counted {
  readonly label: string;
  readonly count: number;
}

export interface FunnelStep {
  readonly stage: string;
  readonly count: number;
  /** Of them signed in; the others are guests. */
  readonly accounts: number;
}

/** How those fared who came with one kind of card. */
export interface CardWay {
  readonly card: string;
  readonly tried: number;
  readonly paid: number;
  /** From the click on Pay to the tickets. */
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface StepLatency {
  readonly step: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

export interface PageLoad {
  readonly step: string;
  readonly count: number;
  /** Of them answered by 304. */
  readonly unchanged: number;
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

export interface ResultParts {
  readonly run: CrowdRun;
  readonly show: Show;
  readonly options: SimulateOptions;
  readonly server: string;
  readonly version: string;
  readonly startedAt: Date;
  readonly checks: readonly OwnCheck[];
  readonly verification: Verification | null;
}

export function toResult({
  run,
  show,
  options,
  server,
  version,
  startedAt,
  checks,
  verification,
}: ResultParts): RehearsalResult {
  const { tally, plans } = run;
  const { buyers, arrival, durationMs, goesOnMs, viewers, perSecond, speed, seed, connections, byPage } = options;
  const characters = new Map<Behaviour, number>();
  for (const { behaviour } of plans) characters.set(behaviour, (characters.get(behaviour) ?? 0) + 1);
  return {
    startedAt: startedAt.toISOString(),
    clean: checks.every(({ count }) => count === 0) && (verification?.clean ?? true),
    setting: {
      buyers,
      arrival,
      durationMs,
      goesOnMs,
      viewers,
      perSecond,
      speed,
      seed,
      connections,
      byPage,
      server,
      holdSeconds: show.holdSeconds,
      version,
    },
    show: { eventId: show.eventId, title: show.title, capacity: show.capacity },
    ms: Math.round(run.ms),
    soldOutAtMs: tally.soldOutAtMs === null ? null : Math.round(tally.soldOutAtMs),
    requests: tally.requests,
    totals: tally.totals,
    series: tally.series,
    seats: tally.seats.map((sample) => ({ ...sample, atMs: Math.round(sample.atMs) })),
    behaviours: counted(characters, (behaviour) => behaviours[behaviour]),
    outcomes: counted(tally.outcomes, (outcome) => outcomes[outcome]),
    funnel: (Object.keys(stages) as Stage[]).map((stage) => {
      const { guests, accounts } = tally.funnel.counts[stage];
      return { stage: stages[stage], count: guests + accounts, accounts };
    }),
    cards: cardWays(run),
    refusals: counted(tally.refusals, (code) => code),
    errors: counted(tally.errors, (error) => error),
    latencies: (Object.keys(steps) as (keyof typeof steps)[])
      .filter((step) => tally.latencies[step].count > 0)
      .map((step) => latencyOf(steps[step], tally.latencies[step])),
    all: { ...latencyOf('all requests', tally.everything), failed: tally.failed },
    load: {
      cpuSeconds: rounded(run.load.cpuMs / 1_000),
      cores: rounded(run.load.cpuMs / Math.max(1, run.ms)),
      lateP99Ms: rounded(run.load.lateP99Ms),
    },
    pages: pageLoads(run),
    checks,
    verification,
  };
}

function latencyOf(step: string, { count, percentileMs }: Latencies): StepLatency {
  const [p50Ms, p95Ms, p99Ms, maxMs] = [0.5, 0.95, 0.99, 1].map((share) => rounded(percentileMs(share)));
  return { step, count, p50Ms: p50Ms!, p95Ms: p95Ms!, p99Ms: p99Ms!, maxMs: maxMs! };
}

function pageLoads({ tally }: CrowdRun): PageLoad[] {
  return (Object.keys(pageSteps) as (keyof typeof pageSteps)[])
    .map((name) => {
      const { count, percentileMs } = tally.latencies[`page:${name}`];
      const { bytes, unchanged } = tally.pages[`page:${name}`];
      return {
        step: pageSteps[name],
        count,
        unchanged,
        bytes,
        p50Ms: rounded(percentileMs(0.5)),
        p95Ms: rounded(percentileMs(0.95)),
      };
    })
    .filter(({ count }) => count > 0);
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}

/** Most used first. */
function cardWays({ tally }: CrowdRun): CardWay[] {
  return (Object.keys(cards) as Card[])
    .flatMap((card) => {
      const count = tally.funnel.cards.get(card);
      if (!count) return [];
      const { tried, paid, took } = count;
      const [p50Ms, p95Ms] = [0.5, 0.95].map((share) => Math.round(took.percentileMs(share)));
      return [{ card: cards[card], tried, paid, p50Ms: p50Ms!, p95Ms: p95Ms! }];
    })
    .sort((a, b) => b.tried - a.tried);
}

/** Most frequent first. */
function counted<Key>(counts: ReadonlyMap<Key, number>, label: (key: Key) => string): Counted[] {
  return [...counts].map(([key, count]) => ({ label: label(key), count })).sort((a, b) => b.count - a.count);
}
