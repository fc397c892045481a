import { alternate, median } from '../alternate.ts';
import { type Bench, cpu, type Measure, ms, percent } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { checkSold, prepareHolds, purchaseRequest, settle } from '../product/buyers.ts';
import type { Product } from '../product/product.ts';
import { createShow, type Show } from '../product/shows.ts';
import type { FeedReport } from '../servers/bare-feed.ts';
import { startServer } from '../servers/child.ts';
import type { CrowdReport } from '../servers/live-crowd.ts';
import { warmupMs } from './purchase.ts';

const viewerCount = 2_000;
/** Some half of what one process sells on two cores. */
const purchasesPerSecond = 2_000;
const extraMax = 0.1;
/** As often as a crowd is sent to. */
const frameEveryMs = 250;

/**
 * Purchases that arrive at a fixed rate, with and without a crowd that watches the same event by the live channel: how much
 * CPU the crowd adds to a purchase. The crowd is a process of its own, whose CPU does not count; what the kernel does to hand
 * its bytes over on this machine does.
 */
export const live: Measure = {
  key: 'live',
  about: `${purchasesPerSecond.toLocaleString('en')} purchases/s on one event, alone and watched by ${viewerCount.toLocaleString('en')} sockets`,
  async run(bench) {
    const product = await bench.product();
    const watched: LoadResult[] = [];
    const alone: LoadResult[] = [];
    const lateness: number[] = [];
    const framesPerPurchase: number[] = [];
    let frameBytes = 0;
    const comparison = await alternate(
      bench.rounds,
      async () => {
        const { show, holds } = await prepareSale(bench, product);
        const crowd = await startServer('live-crowd', { port: product.port, eventId: show.eventId, viewerCount });
        const result = await buy(bench, product, show, holds);
        const seen = await crowd.report<CrowdReport>();
        await crowd.stop();
        assertSawAll(seen, result);
        lateness.push(seen.p99Ms);
        framesPerPurchase.push(seen.frames / (result.statuses['201'] ?? 0));
        frameBytes = seen.frameBytes;
        watched.push(result);
        bench.say(`watched: ${cpu(result.cpuMicros)}, p99 ${result.p99Ms} ms; frames ${JSON.stringify(seen)}`);
        return result.cpuMicros ?? Number.NaN;
      },
      async () => {
        const { show, holds } = await prepareSale(bench, product);
        const result = await buy(bench, product, show, holds);
        alone.push(result);
        bench.say(`alone: ${cpu(result.cpuMicros)}, p99 ${result.p99Ms} ms`);
        return result.cpuMicros ?? Number.NaN;
      },
    );
    const extra = comparison.ratio - 1;
    const floorPerFrame = await measureFloor(bench, frameBytes);
    const floor = floorPerFrame * median(framesPerPurchase);
    const p99 = (rounds: readonly LoadResult[]) => median(rounds.map(({ p99Ms }) => p99Ms));
    return [
      {
        what: `CPU of a purchase at ${purchasesPerSecond.toLocaleString('en')}/s, watched by ${viewerCount.toLocaleString('en')} sockets`,
        goal: `≤ ${percent(extraMax)} more than alone`,
        measured: `${cpu(comparison.product)} against ${cpu(comparison.reference)}, ${percent(extra)} more round by round; p99 ${ms(p99(watched))} against ${ms(p99(alone))}`,
        ratio: comparison.ratio,
        met: extra <= extraMax,
        details: { comparison, watched, alone },
      },
      {
        what: `… of which bare writes of frames of ${frameBytes} bytes`,
        goal: 'for orientation',
        measured: `${floorPerFrame.toFixed(1)} µs CPU each, ${cpu(floor)} for a purchase: ${percent(floor / comparison.reference)}`,
        ratio: null,
        met: null,
      },
      {
        what: '… from the making of a frame to the last of the sockets, p99',
        goal: 'for orientation',
        measured: ms(median(lateness)),
        ratio: null,
        met: null,
      },
    ];
  },
};

/** What the least server needs to write one frame to one socket. */
async function measureFloor(bench: Bench, frameBytes: number): Promise<number> {
  const feed = await startServer('bare-feed', { frameBytes, everyMs: frameEveryMs, seconds: bench.seconds });
  const crowd = await startServer('live-crowd', { port: feed.port, eventId: 1, viewerCount });
  const { cpuMicrosPerFrame } = await feed.report<FeedReport>();
  await crowd.stop();
  await feed.stop();
  return cpuMicrosPerFrame;
}

/** A show with its places held, one purchase each. */
async function prepareSale(bench: Bench, product: Product) {
  const count = Math.ceil(purchasesPerSecond * (bench.seconds + warmupMs / 1000) * 1.1);
  const show = await createShow(product, count);
  const holds = await prepareHolds(product, show, count);
  await settle(product);
  return { show, holds };
}

async function buy(
  bench: Bench,
  product: Product,
  show: Show,
  holds: Awaited<ReturnType<typeof prepareHolds>>,
): Promise<LoadResult> {
  let nextHold = 0;
  const result = await runLoad({
    port: product.port,
    servers: [product.pid],
    connections: 64,
    arrivalsPerSecond: purchasesPerSecond,
    warmupMs,
    measureMs: bench.seconds * 1000,
    next: () => (nextHold < holds.length ? purchaseRequest(holds[nextHold++]!) : undefined),
  });
  await checkSold(product, [show], result.statuses['201'] ?? 0, result.lost);
  return result;
}

/** Every purchase must have come to every socket that is looked at: whoever sends nothing costs nothing. */
export function assertSawAll({ soldMin, gaps, lost, frames }: CrowdReport, { statuses }: LoadResult): void {
  const sold = statuses['201'] ?? 0;
  if (soldMin < sold || gaps > 0 || lost > 0)
    throw new Error(`${sold} sold, ${soldMin} seen, ${gaps} gaps, ${lost} sockets lost, ${frames} frames`);
}
