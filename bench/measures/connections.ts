import { alternate, median } from '../alternate.ts';
import { type Measure, ms, percent, perSecond } from '../bench.ts';
import type { LoadResult } from '../load/client.ts';
import { createPurchaseRound } from './purchase.ts';

const ratioMust = 0.9;

export const connections: Measure = {
  key: 'connections',
  about: 'purchases at 512 connections against 64',
  async run(bench) {
    const many: LoadResult[] = [];
    const buyMany = createPurchaseRound(bench, 512);
    const buyFew = createPurchaseRound(bench, 64);
    const comparison = await alternate(
      bench.rounds,
      async () => {
        const result = await buyMany();
        many.push(result);
        return result.perSecond;
      },
      async () => (await buyFew()).perSecond,
    );
    const p99Ms = median(many.map((result) => result.p99Ms));
    const p99Limit = median(many.map((result) => (2 * 512 * 1000) / result.perSecond));
    return [
      {
        what: 'purchases at 512 connections against 64',
        goal: `≥ ${percent(ratioMust)}`,
        measured: `${perSecond(comparison.product)} against ${perSecond(comparison.reference)}`,
        ratio: comparison.ratio,
        met: comparison.ratio >= ratioMust,
        details: { comparison, rounds: many },
      },
      {
        what: '… p99 at 512 connections',
        goal: `≤ 2 × 512 ÷ throughput = ${ms(p99Limit)}`,
        measured: ms(p99Ms),
        ratio: null,
        met: p99Ms <= p99Limit,
      },
    ];
  },
};
