import { median } from '../alternate.ts';
import { cpu, type Measure, ms, perSecond } from '../bench.ts';
import type { LoadResult } from '../load/client.ts';
import { buyOrders, settle } from '../product/buyers.ts';
import { createShow } from '../product/shows.ts';
import { warmupMs } from './purchase.ts';

const perSecondMust = 5_000;

export const order: Measure = {
  key: 'order',
  about: 'whole orders: hold and purchase as two requests, 64 connections',
  async run(bench) {
    const product = await bench.product();
    const results: LoadResult[] = [];
    for (let round = 0; round < bench.rounds; round++) {
      const show = await createShow(product, Math.ceil(15_000 * (bench.seconds + 2)));
      await settle(product);
      const timing = { connections: 64, warmupMs, measureMs: bench.seconds * 1000 };
      const result = await buyOrders(product, show, timing);
      bench.say(`orders: ${perSecond(result.perSecond)}, ${cpu(result.cpuMicros)}, ${JSON.stringify(result.statuses)}`);
      results.push(result);
      await settle(product);
    }
    const rate = median(results.map((result) => result.perSecond));
    const p99Ms = median(results.map((result) => result.p99Ms));
    return [
      {
        what: 'whole order: hold and purchase, 64 connections',
        goal: `about ${perSecondMust.toLocaleString('en')} orders/s (stretch 9,000)`,
        measured: `${perSecond(rate)}, purchase p99 ${ms(p99Ms)}`,
        ratio: null,
        met: rate >= perSecondMust * 0.95,
        details: results,
      },
    ];
  },
};
