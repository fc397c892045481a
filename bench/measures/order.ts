import { alternate, median } from '../alternate.ts';
import { cpu, type Measure, ms, perSecond, times } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { buyOrders, settle } from '../product/buyers.ts';
import { createShow } from '../product/shows.ts';
import { startServer } from '../servers/child.ts';
import { echoRequest } from './hold.ts';
import { warmupMs } from './purchase.ts';

/**
 * The fastest open ticket shop that was measured (TigerFans on TigerBeetle and Redis: 390 to 490 orders/s, on a machine
 * whose bare echo did 37,000/s), as a share of the bare echo, so that it means something on any machine.
 */
const rivalPerEcho = 440 / 37_000;
const ratioMust = 10;
const ratioStretch = 20;

export const order: Measure = {
  key: 'order',
  about: 'whole orders: hold and purchase as two requests, 64 connections',
  async run(bench) {
    const product = await bench.product();
    const echo = await startServer('bare-echo', {});
    bench.atEnd(echo.stop);
    const timing = { connections: 64, warmupMs, measureMs: bench.seconds * 1000 };
    const results: LoadResult[] = [];
    const comparison = await alternate(
      bench.rounds,
      async () => {
        const show = await createShow(product, Math.ceil(15_000 * (bench.seconds + 2)));
        await settle(product);
        const result = await buyOrders(product, [show], timing);
        bench.say(
          `orders: ${perSecond(result.perSecond)}, ${cpu(result.cpuMicros)}, ${JSON.stringify(result.statuses)}`,
        );
        results.push(result);
        await settle(product);
        return result.perSecond;
      },
      async () => {
        const echoes = await runLoad({ port: echo.port, ...timing, next: () => echoRequest });
        const rival = echoes.perSecond * rivalPerEcho;
        bench.say(`echo: ${perSecond(echoes.perSecond)}, where the best open rival makes ${perSecond(rival)}`);
        return rival;
      },
    );
    const p99Ms = median(results.map((result) => result.p99Ms));
    const { product: rate, reference: rival, ratio } = comparison;
    return [
      {
        what: 'whole order: hold and purchase, 64 connections, against the best open rival (scaled by the echo)',
        goal: `≥ ${times(ratioMust)} (stretch ${ratioStretch}×)`,
        measured: `${perSecond(rate)} against ${perSecond(rival)}, purchase p99 ${ms(p99Ms)}`,
        ratio,
        met: ratio >= ratioMust,
        details: { comparison, results },
      },
    ];
  },
};
