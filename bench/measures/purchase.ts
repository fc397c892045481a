import { alternate, type Comparison, median } from '../alternate.ts';
import { type Bench, cpu, type Measure, perSecond, type Row, times } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { postHead, postRequest } from '../load/request.ts';
import { buyHolds, prepareHolds, settle } from '../product/buyers.ts';
import type { Product } from '../product/product.ts';
import { createShow } from '../product/shows.ts';
import { type BaselineDatabase, createBaselineDatabase, type Kept } from '../servers/baseline-database.ts';
import { type ServerName, startServer } from '../servers/child.ts';
import { startRedis } from '../servers/redis-server.ts';

export const warmupMs = 1_000;
const cpuMicrosMust = 225;
const cpuMicrosStretch = 190;

/** A textbook design of one hot event, on the product's PostgreSQL. */
export interface Baseline {
  readonly what: string;
  readonly server: ServerName;
  readonly settings: object;
  readonly kept: Kept;
  /** How many times as many purchases the product must make; null: for orientation. */
  readonly ratioMust: number | null;
  readonly ratioStretch?: number;
}

/**
 * "One hot event" means to these designs a number left that every purchase must lower. The fair ones write the facts that the
 * product writes too; with the lock last is the best that can be written so, and the row to quote.
 */
export const baselines: readonly Baseline[] = [
  {
    what: 'SELECT … FOR UPDATE of the event, and a booking row',
    server: 'for-update',
    settings: { lock: 'event', poolSize: 8 },
    kept: 'event',
    ratioMust: 4,
    ratioStretch: 5,
  },
  {
    what: 'one transaction with the same facts, the event locked last',
    server: 'same-facts',
    settings: { lock: 'last', poolSize: 8 },
    kept: 'facts',
    ratioMust: 4.4,
  },
  {
    what: 'one transaction with the same facts, the event locked first',
    server: 'same-facts',
    settings: { lock: 'first', poolSize: 8 },
    kept: 'facts',
    ratioMust: 8,
  },
  {
    what: 'FOR UPDATE of the ticket alone (no number left is kept)',
    server: 'for-update',
    settings: { lock: 'ticket', poolSize: 16 },
    kept: 'ticket',
    ratioMust: null,
  },
];
export const redlock: Baseline = {
  what: 'Redlock per event around that transaction',
  server: 'redlock',
  settings: { poolSize: 8, waitMs: 5_000 },
  kept: 'event',
  ratioMust: 5,
  ratioStretch: 10,
};

/** Purchases of prepared holds on one hot event against the textbook designs on the same PostgreSQL, in turns. */
export const purchase: Measure = {
  key: 'purchase',
  about: 'purchase requests on one hot event, 64 connections, against the textbook designs',
  async run(bench) {
    const product = await bench.product();
    const database = await createBaselineDatabase(product.connection);
    bench.atEnd(database.close);
    const buy = createPurchaseRound(bench, 64);
    const rounds: LoadResult[] = [];
    const measureProduct = async () => {
      const result = await buy();
      rounds.push(result);
      return result.perSecond;
    };
    const rows: Row[] = [];
    const compare = async (baseline: Baseline) => {
      const turns = baseline.ratioMust === null ? 1 : bench.rounds;
      const comparison = await alternate(turns, measureProduct, async () => {
        const bought = await buyFrom(bench, product, database, baseline);
        return bought.perSecond;
      });
      rows.push(toRow(baseline, comparison));
    };
    for (const baseline of baselines) await compare(baseline);
    const redis = await startRedis();
    if (redis) {
      bench.atEnd(redis.stop);
      await compare({ ...redlock, settings: { ...redlock.settings, redisUrl: redis.url } });
    } else {
      rows.push({
        what: `purchase against: ${redlock.what}`,
        goal: '–',
        measured: 'no redis-server here',
        ratio: null,
        met: null,
      });
    }
    const cpuMicros = median(rounds.flatMap((round) => round.cpuMicros ?? []));
    const [p50Ms, p99Ms] = [median(rounds.map((round) => round.p50Ms)), median(rounds.map((round) => round.p99Ms))];
    rows.push({
      what: '… CPU of one purchase, process and PostgreSQL',
      goal: `≤ ${cpuMicrosMust} µs (stretch ${cpuMicrosStretch} µs)`,
      measured: `${cpu(cpuMicros)}, p50 ${p50Ms} ms, p99 ${p99Ms} ms`,
      ratio: null,
      met: cpuMicros <= cpuMicrosMust,
      details: rounds,
    });
    return rows;
  },
};

function toRow({ what, ratioMust, ratioStretch }: Baseline, comparison: Comparison): Row {
  const stretch = ratioStretch === undefined ? '' : ` (stretch ${ratioStretch}×)`;
  return {
    what: `purchase against: ${what}`,
    goal: ratioMust === null ? 'for orientation' : `≥ ${times(ratioMust)}${stretch}`,
    measured: `${perSecond(comparison.product)} against ${perSecond(comparison.reference)}`,
    ratio: comparison.ratio,
    met: ratioMust === null ? null : comparison.ratio >= ratioMust,
    details: comparison,
  };
}

let expectedPerSecond = 10_000;

/** A round of purchases: prepares enough holds on a new show, then measures. Checked against the database. */
export function createPurchaseRound(
  bench: Bench,
  connections: number,
  of: Promise<Product> = bench.product(),
): () => Promise<LoadResult> {
  return async () => {
    const product = await of;
    const count = Math.ceil(expectedPerSecond * (bench.seconds + warmupMs / 1000) * 1.25);
    const show = await createShow(product, count);
    const holds = await prepareHolds(product, show, count);
    await settle(product);
    const result = await buyHolds(product, show, holds, { connections, warmupMs, measureMs: bench.seconds * 1000 });
    expectedPerSecond = Math.max(2_000, result.perSecond);
    const { perSecond: rate, p50Ms, p99Ms, statuses, cpuMicros } = result;
    bench.say(
      `product, ${connections}: ${perSecond(rate)}, ${cpu(cpuMicros)}, p50 ${p50Ms}, p99 ${p99Ms} ms, ${JSON.stringify(statuses)}`,
    );
    await settle(product);
    return result;
  };
}

/** A round of purchases from a textbook design in a process of its own. Checked against its database. */
export async function buyFrom(
  bench: Bench,
  product: Product,
  database: BaselineDatabase,
  baseline: Baseline,
  connections = 64,
): Promise<LoadResult> {
  const { what, kept } = baseline;
  await database.refill(Math.ceil(8_000 * (bench.seconds + 2)));
  const server = await startServer(baseline.server, { ...baseline.settings, connection: database.connection });
  const head = postHead('/purchase');
  let ticketId = 0;
  const next = () => {
    ticketId += 1;
    const body = `{"eventId":1,"ticketId":${ticketId},"customer":"guest ${ticketId}"}`;
    return postRequest(head, body, `Idempotency-Key: key-of-ticket-${ticketId}\r\n`);
  };
  const result = await runLoad({
    port: server.port,
    // PostgreSQL is a child of the product, which is idle meanwhile.
    servers: [server.pid, product.pid],
    connections,
    next,
    warmupMs,
    measureMs: bench.seconds * 1000,
  });
  await server.stop();
  const sold = await database.countSold(kept);
  const acknowledged = result.statuses['201'] ?? 0;
  if (sold < acknowledged || sold > acknowledged + result.lost)
    throw new Error(`${what}: ${acknowledged} acknowledged, ${sold} sold`);
  const statuses = JSON.stringify(result.statuses);
  bench.say(`${what}: ${perSecond(result.perSecond)}, ${cpu(result.cpuMicros)}, p99 ${result.p99Ms} ms, ${statuses}`);
  return result;
}
