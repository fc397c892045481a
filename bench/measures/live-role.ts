import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { toDatabaseUrl } from '../../test/support/database-url.ts';
import { type Measure, ms, type Row, temporaryFolder } from '../bench.ts';
import { runLoad } from '../load/client.ts';
import { cpuMsOf } from '../load/cpu.ts';
import { prepareHolds, purchaseRequest } from '../product/buyers.ts';
import { type Product, startProduct } from '../product/product.ts';
import { createShow } from '../product/shows.ts';
import { startServer } from '../servers/child.ts';
import type { CrowdReport } from '../servers/live-crowd.ts';
import { assertSawAll } from './live.ts';

const viewerCount = 10_000;
const processCount = 2;
/** A crowd is sent to four times a second while there is anything new. */
const purchasesPerSecond = 100;
const p99MsMax = 250;
const coresMax = 0.7;
/** Until the last frames have come, also on a machine that does much else. */
const lastFramesMs = 5_000;

/** Ten thousand viewers of one show at processes that do nothing else, beside the one that sells it. */
export const liveRole: Measure = {
  key: 'live-role',
  about: `${viewerCount.toLocaleString('en')} sockets at ${processCount} processes of the role live, beside the one that sells`,
  async run(bench) {
    const server = await startEmbeddedServer(await temporaryFolder(bench));
    bench.atEnd(server.stop);
    const databaseUrl = toDatabaseUrl(server.connection);
    const open = async (roles?: string) => {
      const product = await startProduct(await temporaryFolder(bench), { databaseUrl, ...(roles && { roles }) });
      bench.atEnd(product.stop);
      return product;
    };
    const seller = await open();
    const rooms: Product[] = [];
    for (let at = 0; at < processCount; at++) rooms.push(await open('live'));
    const seconds = bench.seconds * 2;
    const show = await createShow(seller, purchasesPerSecond * (seconds + 2) * 2);
    const count = Math.ceil(purchasesPerSecond * (seconds + 1));
    const holds = await prepareHolds(seller, show, count);
    const crowds = [];
    for (const { port } of rooms) {
      const settings = { port, eventId: show.eventId, viewerCount: viewerCount / processCount };
      crowds.push(await startServer('live-crowd', settings));
    }
    const livePids = rooms.map(({ pid }) => pid);
    const before = cpuMsOf(...livePids);
    const startedAt = performance.now();
    let next = 0;
    const bought = await runLoad({
      port: seller.port,
      servers: [seller.pid],
      connections: 64,
      arrivalsPerSecond: purchasesPerSecond,
      measureMs: seconds * 1_000,
      next: () => (next < holds.length ? purchaseRequest(holds[next++]!) : undefined),
    });
    const cores = (cpuMsOf(...livePids) - before) / (performance.now() - startedAt);
    const sold = bought.statuses['201'] ?? 0;
    const seen: CrowdReport[] = [];
    await sleep(lastFramesMs);
    for (const crowd of crowds) {
      seen.push(await crowd.report<CrowdReport>());
      await crowd.stop();
    }
    for (const one of seen) assertSawAll(one, bought);
    const p99Ms = Math.max(...seen.map((one) => one.p99Ms));
    const frames = seen.reduce((sum, one) => sum + one.frames, 0);
    bench.say(`${sold} sold at ${ms(bought.p99Ms)} p99, ${frames} frames; ${JSON.stringify(seen)}`);
    const rows: Row[] = [
      {
        what: `${viewerCount.toLocaleString('en')} sockets at ${processCount} processes: from the making of a frame to the viewer, p99`,
        goal: `≤ ${p99MsMax} ms`,
        measured: `${ms(p99Ms)}, ${Math.round(frames / viewerCount / seconds)} frames a second each`,
        ratio: null,
        met: p99Ms <= p99MsMax,
        details: { seen, bought },
      },
      {
        what: '… cores that these processes take together',
        goal: `≤ ${coresMax}`,
        measured: `${cores.toFixed(2)} of ${cpus().length}`,
        ratio: null,
        met: cores <= coresMax,
      },
    ];
    return rows;
  },
};
