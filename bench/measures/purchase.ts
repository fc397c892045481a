import { alternate } from '../alternate.ts';
import { type Bench, cpu, type Measure, perSecond, type Row } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { postHead, postRequest } from '../load/request.ts';
import { buyHolds, prepareHolds, settle } from '../product/buyers.ts';
import type { Product } from '../product/product.ts';
import { createShow } from '../product/shows.ts';
import { startServer } from '../servers/child.ts';
import { type BaselineDatabase, createBaselineDatabase } from '../servers/for-update-database.ts';

const ratioMust = 6.5;
const ratioStretch = 16;
export const warmupMs = 1_000;

/**
 * Purchases of prepared holds on one hot event against the textbook design on the same PostgreSQL. The goal is set
 * against the lock on the event's row, which is what "one hot event" means to that design (it must know what is left);
 * the same design with a lock per ticket, which knows no total, is shown beside it.
 */
export const purchase: Measure = {
  key: 'purchase',
  about: 'purchase requests on one hot event, 64 connections, against SELECT … FOR UPDATE',
  async run(bench) {
    const product = await bench.product();
    const baseline = await createBaselineDatabase(product.connection);
    bench.atEnd(baseline.close);
    const buy = createPurchaseRound(bench, 64);
    const latencies: LoadResult[] = [];
    const measureProduct = async () => {
      const result = await buy();
      latencies.push(result);
      return result.perSecond;
    };
    const event = await alternate(bench.rounds, measureProduct, () =>
      buyForUpdate(bench, product, baseline, 'event', 8),
    );
    const ticket = await alternate(1, measureProduct, () => buyForUpdate(bench, product, baseline, 'ticket', 16));
    const rows: Row[] = [
      {
        what: 'purchase on one hot event over HTTP, 64 connections',
        goal: `≥ ${ratioMust}× FOR UPDATE (stretch ${ratioStretch}×), about 8,000/s`,
        measured: `${perSecond(event.product)} against ${perSecond(event.reference)}, p99 ${latencies.at(-1)!.p99Ms} ms`,
        ratio: event.ratio,
        met: event.ratio >= ratioMust,
        details: { comparison: event, rounds: latencies },
      },
      {
        what: '… against FOR UPDATE on the ticket’s row (no total kept)',
        goal: 'for orientation',
        measured: `${perSecond(ticket.product)} against ${perSecond(ticket.reference)}`,
        ratio: ticket.ratio,
        met: null,
        details: ticket,
      },
    ];
    return rows;
  },
};

let expectedPerSecond = 10_000;

/** A round of purchases: prepares enough holds on a new show, then measures. Checked against the database. */
export function createPurchaseRound(bench: Bench, connections: number): () => Promise<LoadResult> {
  return async () => {
    const product = await bench.product();
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

async function buyForUpdate(
  bench: Bench,
  product: Product,
  database: BaselineDatabase,
  lock: 'event' | 'ticket',
  poolSize: number,
): Promise<number> {
  await database.refill(Math.ceil(8_000 * (bench.seconds + 2)));
  const server = await startServer('for-update', { connection: database.connection, poolSize, lock });
  const head = postHead('/purchase');
  let ticketId = 0;
  const next = () => {
    ticketId += 1;
    return postRequest(head, `{"eventId":1,"ticketId":${ticketId},"customer":"guest ${ticketId}"}`);
  };
  const result = await runLoad({
    port: server.port,
    // PostgreSQL is a child of the product, which is idle meanwhile.
    servers: [server.pid, product.pid],
    connections: 64,
    next,
    warmupMs,
    measureMs: bench.seconds * 1000,
  });
  await server.stop();
  const sold = await database.countSold(lock);
  const acknowledged = result.statuses['201'] ?? 0;
  if (sold !== acknowledged) throw new Error(`FOR UPDATE: ${acknowledged} acknowledged, ${sold} sold`);
  bench.say(`FOR UPDATE (${lock}): ${perSecond(result.perSecond)}, ${cpu(result.cpuMicros)}, p99 ${result.p99Ms} ms`);
  return result.perSecond;
}
