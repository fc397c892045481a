import type { Metric, Registry } from 'prom-client';

/** Upper bounds in seconds. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

interface Series {
  readonly status: number;
  /** How many fell between each bound and the one before; last those above all. */
  readonly counts: number[];
  sum: number;
}

/** Notes one answer: a few additions, nothing allocated, since every request pays for it. */
export type NoteLatency = (status: number, ms: number) => void;

export interface Latencies {
  /** What notes the answers of one route. */
  of(method: string, route: string): NoteLatency;
  /** Answers of all routes so far, by the first digit of their status. */
  byClass(): Map<number, number>;
  /** Answers on the way to tickets so far: holding, buying, paying. Failed: by a fault of ours, or because we could not do it now (5xx). */
  buyPath(): { readonly answered: number; readonly failed: number };
}

/** What a buyer sends to get tickets. */
const isBuyPath = (method: string, route: string) =>
  method === 'POST' &&
  /^\/(api\/tickets?\/(reserve|purchase)|booking\/reserve|api\/bookings|api\/payments)$/.test(route);

/**
 * How long answers took, by route and status, as a Prometheus histogram. It keeps its own numbers: a labelled histogram of the
 * library looks its labels up and makes objects for each value.
 */
export function createLatencies(registry: Registry): Latencies {
  const routes: { readonly labels: { method: string; route: string }; readonly series: Series[] }[] = [];
  const name = 'onsale_http_request_seconds';
  const help =
    'How long answers took, by route and status; pages answered before the router are counted by onsale_cache_total.';

  function of(method: string, route: string): NoteLatency {
    const series: Series[] = [];
    routes.push({ labels: { method, route }, series });
    return (status, ms) => {
      let one: Series | undefined;
      for (const each of series) if (each.status === status) one = each;
      if (one === undefined) {
        one = { status, counts: Array<number>(bounds.length + 1).fill(0), sum: 0 };
        series.push(one);
      }
      const seconds = ms / 1_000;
      let i = 0;
      while (i < bounds.length && seconds > bounds[i]!) i++;
      one.counts[i]! += 1;
      one.sum += seconds;
    };
  }

  function values() {
    return routes.flatMap(({ labels, series }) =>
      series.flatMap(({ status, counts, sum }) => {
        const all = { ...labels, status: String(status) };
        let total = 0;
        const buckets = [...bounds, '+Inf'].map((le, i) => {
          total += counts[i]!;
          return { metricName: `${name}_bucket`, labels: { le, ...all }, value: total };
        });
        const whole = { metricName: `${name}_count`, labels: all, value: total };
        return [...buckets, { metricName: `${name}_sum`, labels: all, value: sum }, whole];
      }),
    );
  }

  registry.registerMetric({
    name,
    help,
    get: async () => ({ name, help, type: 'histogram', values: values(), aggregator: 'sum' }),
    reset: () => {},
  } as unknown as Metric);
  return {
    of,
    byClass() {
      const classes = new Map<number, number>();
      for (const { series } of routes) {
        for (const { status, counts } of series) {
          const first = Math.floor(status / 100);
          classes.set(first, (classes.get(first) ?? 0) + counts.reduce((sum, count) => sum + count, 0));
        }
      }
      return classes;
    },
    buyPath() {
      const found = { answered: 0, failed: 0 };
      for (const { labels, series } of routes) {
        if (!isBuyPath(labels.method, labels.route)) continue;
        for (const { status, counts } of series) {
          found[status >= 500 ? 'failed' : 'answered'] += counts.reduce((sum, count) => sum + count, 0);
        }
      }
      return found;
    },
  };
}
