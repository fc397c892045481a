import { alternate, median } from '../alternate.ts';
import { type Bench, cpu, type Measure, percent, perSecond, type Row, temporaryFolder, times } from '../bench.ts';
import type { LoadResult } from '../load/client.ts';
import { buyOrders, settle, warmUp } from '../product/buyers.ts';
import { type Product, startProduct } from '../product/product.ts';
import { createShow } from '../product/shows.ts';
import { type BaselineDatabase, createBaselineDatabase } from '../servers/baseline-database.ts';
import { startRedis } from '../servers/redis-server.ts';
import { type Baseline, baselines, buyFrom, createPurchaseRound, redlock, warmupMs } from './purchase.ts';

const processCounts = [1, 2, 4];
const showCount = 50;

/** A design with locks, beside so many connections; the goals of issue and design for one process and for several alike. */
interface Rival {
  readonly baseline: Baseline;
  readonly connections: number;
  readonly ratioMust: number;
  readonly ratioStretch: number;
}

/**
 * One event sold by 1, 2 and 4 processes (`--workers`, with hops to the owner) against the designs with locks, and many events; all on
 * the same PostgreSQL, in turns. With two cores more processes cannot sell more: what counts is that they do not cost much more.
 */
export const processes: Measure = {
  key: 'processes',
  about: 'purchases by 1, 2 and 4 processes against Redlock and FOR UPDATE, and 50 events',
  async run(bench) {
    const folder = await temporaryFolder(bench);
    const redis = await startRedis();
    if (!redis) return [missing];
    bench.atEnd(redis.stop);
    const rows: Row[] = [];
    const alone = { purchase: Number.NaN, orders: Number.NaN };
    for (const workers of processCounts) {
      const product = await startProduct(folder, { workers });
      try {
        await warmUp(product, bench.quick ? 2_000 : 8_000);
        const database = await createBaselineDatabase(product.connection);
        try {
          const { rows: against, cpuMicros } = await compareWith(rivals(redis.url), bench, product, database, workers);
          const orders = await sellMany(bench, product, workers);
          if (workers === 1) Object.assign(alone, { purchase: cpuMicros, orders: orders.cpuMicros });
          rows.push(...against, costRow(workers, 'purchase of one event', cpuMicros, alone.purchase));
          rows.push(costRow(workers, `order among ${showCount} events`, orders.cpuMicros!, alone.orders, orders));
        } finally {
          await database.close();
        }
      } finally {
        await product.stop();
      }
    }
    return rows;
  },
};

const missing: Row = {
  what: 'purchases by several processes',
  goal: '–',
  measured: 'no redis-server here',
  ratio: null,
  met: null,
};

function rivals(redisUrl: string): Rival[] {
  const waiting = (what: string, waitMs: number): Baseline => ({
    ...redlock,
    what,
    settings: { ...redlock.settings, redisUrl, waitMs },
  });
  const impatient = waiting('Redlock per event around a row lock, waiting 5 s', 5_000);
  return [
    { baseline: impatient, connections: 64, ratioMust: 5, ratioStretch: 10 },
    { baseline: baselines[0]!, connections: 64, ratioMust: 4, ratioStretch: 5 },
    { baseline: impatient, connections: 512, ratioMust: 5, ratioStretch: 10 },
    {
      // Every 100 ms somebody of 512 asks each fifth of a millisecond: patience so costs the sale little, and everybody seconds.
      baseline: waiting('Redlock per event around a row lock, waiting 60 s', 60_000),
      connections: 512,
      ratioMust: 60,
      ratioStretch: 100,
    },
  ];
}

async function compareWith(
  all: readonly Rival[],
  bench: Bench,
  product: Product,
  database: BaselineDatabase,
  workers: number,
): Promise<{ rows: Row[]; cpuMicros: number }> {
  const rows: Row[] = [];
  const costs: number[] = [];
  for (const { baseline, connections, ratioMust, ratioStretch } of all) {
    const buy = createPurchaseRound(bench, connections, Promise.resolve(product));
    const ours: LoadResult[] = [];
    const theirs: LoadResult[] = [];
    const comparison = await alternate(
      bench.rounds,
      async () => {
        const result = await buy();
        ours.push(result);
        if (connections === 64) costs.push(result.cpuMicros ?? Number.NaN);
        return result.perSecond;
      },
      async () => {
        const result = await buyFrom(bench, product, database, baseline, connections);
        theirs.push(result);
        return result.perSecond;
      },
    );
    const failed = failedShare(ours);
    rows.push({
      what: `${count(workers)}, ${connections} connections, against: ${baseline.what}`,
      goal: `≥ ${times(ratioMust)} (stretch ${times(ratioStretch)}), nothing refused`,
      measured:
        `${perSecond(comparison.product)}, ${percent(failed)} refused, against ` +
        `${perSecond(comparison.reference)}, ${percent(failedShare(theirs))} refused`,
      ratio: comparison.ratio,
      met: comparison.ratio >= ratioMust && failed === 0,
      details: { comparison, ours, theirs },
    });
  }
  return { rows, cpuMicros: median(costs) };
}

/** Whole orders (hold and purchase) on many events at once. */
async function sellMany(bench: Bench, product: Product, workers: number): Promise<LoadResult> {
  const shows = [];
  for (let at = 0; at < showCount; at++) shows.push(await createShow(product, 2_000));
  const result = await buyOrders(product, shows, { connections: 100, warmupMs, measureMs: bench.seconds * 1_000 });
  const { perSecond: rate, cpuMicros, p50Ms, p99Ms, statuses } = result;
  bench.say(
    `${count(workers)}, ${showCount} events: ${perSecond(rate)} orders, ${cpu(cpuMicros)}, ` +
      `p50 ${p50Ms}, p99 ${p99Ms} ms, ${JSON.stringify(statuses)}`,
  );
  await settle(product);
  return result;
}

function failedShare(results: readonly LoadResult[]): number {
  let all = 0;
  let failed = 0;
  for (const { statuses, lost } of results) {
    for (const [status, answers] of Object.entries(statuses)) {
      all += answers;
      if (status !== '201') failed += answers;
    }
    all += lost;
    failed += lost;
  }
  return all === 0 ? 0 : failed / all;
}

function costRow(workers: number, what: string, cpuMicros: number, aloneMicros: number, result?: LoadResult): Row {
  const rate = result ? `${perSecond(result.perSecond)}, ` : '';
  return {
    what: `${count(workers)}: CPU of one ${what}, all processes and PostgreSQL`,
    goal: 'for orientation',
    measured: `${rate}${cpu(cpuMicros)}`,
    ratio: workers === 1 ? null : cpuMicros / aloneMicros,
    met: null,
    ...(result && { details: result }),
  };
}

function count(workers: number): string {
  return workers === 1 ? 'one process' : `${workers} processes`;
}
