import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { LiveFrame } from '../../src/contract/live.ts';
import { toDatabaseUrl } from '../../test/support/database-url.ts';
import { median } from '../alternate.ts';
import { type Bench, cpu, type Measure, ms, perSecond, type Row, temporaryFolder } from '../bench.ts';
import { runLoad } from '../load/client.ts';
import { createHistogram } from '../load/histogram.ts';
import { checkSold, prepareHolds, purchaseRequest, settle, warmUp } from '../product/buyers.ts';
import { startFrontAndOwner } from '../product/front-and-owner.ts';
import { type Product, startProduct } from '../product/product.ts';
import { createShow } from '../product/shows.ts';
import { warmupMs } from './purchase.ts';

const connections = 64;
/** A look of the owner every eighth of a second, and the way. */
const lagMsMost = 250;
const lagsQuick = 20;
const lagsWhole = 200;

/** What it costs that others may take over: the fence in each first commit, and how late the others see what the owner decides. */
export const ownership: Measure = {
  key: 'ownership',
  about: 'what the fence costs a purchase, and how late another process shows what the owner decided',
  run: async (bench) => [await measureFence(bench), await measureLag(bench)],
};

/** The same program on the same PostgreSQL, once as the only one on its data folder, once as one that others could join. */
async function measureFence(bench: Bench): Promise<Row> {
  const alone = await startProduct(await temporaryFolder(bench));
  bench.atEnd(alone.stop);
  await alone.database.bypassingRls.query('CREATE DATABASE fenced');
  if ('url' in alone.connection) throw new Error('measured on the private PostgreSQL only');
  const databaseUrl = toDatabaseUrl({ ...alone.connection, database: 'fenced' });
  const fenced = await startProduct(await temporaryFolder(bench), { databaseUrl });
  bench.atEnd(fenced.stop);
  // PostgreSQL is a child of the first; whoever is not asked is idle.
  const servers = [alone.pid, fenced.pid];
  for (const product of [alone, fenced]) await warmUp(product, bench.quick ? 2_000 : 8_000);
  const buy = async (what: string, product: Product) => {
    const count = Math.ceil(7_000 * (warmupMs / 1_000 + bench.seconds + 1));
    const show = await createShow(product, count);
    const holds = await prepareHolds(product, show, count);
    await settle(product);
    let next = 0;
    const result = await runLoad({
      port: product.port,
      servers,
      connections,
      warmupMs,
      measureMs: bench.seconds * 1_000,
      next: () => (next < holds.length ? purchaseRequest(holds[next++]!) : undefined),
    });
    await checkSold(product, [show], result.statuses['201'] ?? 0, result.lost);
    bench.say(`${what}: ${perSecond(result.perSecond)}, ${cpu(result.cpuMicros)}, p50 ${result.p50Ms} ms`);
    await settle(product);
    return result;
  };
  const rounds = [];
  for (let round = 0; round < bench.rounds; round++)
    rounds.push({ fenced: await buy('under a fence', fenced), alone: await buy('alone', alone) });
  const costs = rounds.map((one) => ({ fenced: one.fenced.cpuMicros ?? NaN, alone: one.alone.cpuMicros ?? NaN }));
  const ratio = median(costs.map((one) => one.fenced / one.alone));
  return {
    what: 'a purchase under a fence against the same without one, CPU of process and PostgreSQL',
    goal: 'for orientation',
    measured: `${cpu(median(costs.map((one) => one.fenced)))} against ${cpu(median(costs.map((one) => one.alone)))}`,
    ratio,
    met: null,
    details: rounds,
  };
}

/** From the answer to a hold at the owner until a stranger's socket at the other process says so. */
async function measureLag(bench: Bench): Promise<Row> {
  const { front, owner, createOwnedShow } = await startFrontAndOwner(bench);
  const count = bench.quick ? lagsQuick : lagsWhole;
  const show = await createOwnedShow(count + 1);
  const socket = new WebSocket(`ws://127.0.0.1:${front.port}/api/events/${show.eventId}/live`);
  let seen = () => {};
  let left = Number.POSITIVE_INFINITY;
  socket.on('message', (data) => {
    left = (JSON.parse(String(data)) as LiveFrame).availableCapacity;
    seen();
  });
  await once(socket, 'message');
  const lags = createHistogram();
  for (let nth = 1; nth <= count; nth++) {
    await sleep(20 + ((nth * 37) % 250));
    await owner.call('POST', '/api/tickets/reserve', { ...show, quantity: 1 });
    const answeredAt = performance.now();
    while (left > count + 1 - nth)
      await new Promise<void>((done) => {
        seen = done;
      });
    lags.record((performance.now() - answeredAt) * 1_000);
  }
  socket.close();
  const [p50, p99] = [lags.percentileMs(0.5), lags.percentileMs(0.99)];
  return {
    what: 'from the answer to a hold until a viewer at another process sees it, p99',
    goal: `≤ ${lagMsMost} ms`,
    measured: `${ms(p99)}, p50 ${ms(p50)}`,
    ratio: null,
    met: p99 <= lagMsMost,
  };
}
