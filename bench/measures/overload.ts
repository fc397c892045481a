import { type Measure, ms, percent, perSecond } from '../bench.ts';
import { runLoad } from '../load/client.ts';
import { checkSold, prepareHolds, purchaseRequest, settle } from '../product/buyers.ts';
import { createShow } from '../product/shows.ts';
import { createPurchaseRound, warmupMs } from './purchase.ts';

const ratioMust = 0.9;
const connectionCount = 2_000;

/** Open loop: buyers arrive at twice the rate that a closed loop reached just before, answered or not. */
export const overload: Measure = {
  key: 'overload',
  about: 'purchases arriving at twice the rate that can be carried',
  async run(bench) {
    const product = await bench.product();
    const peak = (await createPurchaseRound(bench, 64)()).perSecond;
    const arrivalsPerSecond = Math.round(peak * 2);
    const count = Math.ceil(arrivalsPerSecond * (bench.seconds + warmupMs / 1000));
    const show = await createShow(product, count);
    const holds = await prepareHolds(product, show, count);
    await settle(product);
    let nextHold = 0;
    let bought = 0;
    let refused = 0;
    let refusedWithoutAdvice = 0;
    const result = await runLoad({
      port: product.port,
      connections: connectionCount,
      arrivalsPerSecond,
      warmupMs,
      measureMs: bench.seconds * 1000,
      next: () => (nextHold < holds.length ? purchaseRequest(holds[nextHold++]!) : undefined),
      answered(_, status, __, head) {
        if (status === 201) bought += 1;
        if (status !== 429 && status !== 503) return;
        refused += 1;
        if (!/\nretry-after:/i.test(head)) refusedWithoutAdvice += 1;
      },
    });
    await checkSold(product, [show], bought, result.lost);
    await settle(product);
    const others = Object.keys(result.statuses).filter((status) => !['201', '429', '503'].includes(status));
    const ratio = result.perSecond / peak;
    bench.say(`${perSecond(arrivalsPerSecond)} arrive: ${JSON.stringify(result.statuses)}, ${result.lost} lost`);
    return [
      {
        what: `twice the load it can carry (${connectionCount.toLocaleString('en')} connections, open loop)`,
        goal: `goodput ≥ ${percent(ratioMust)} of peak; the rest 429/503 with Retry-After`,
        measured: `${perSecond(result.perSecond)} of ${perSecond(peak)}; ${refused} refused, p99 ${ms(result.p99Ms)}`,
        ratio,
        met: ratio >= ratioMust && refusedWithoutAdvice === 0 && others.length === 0 && result.lost === 0,
        details: { peak, arrivalsPerSecond, refused, refusedWithoutAdvice, result },
      },
    ];
  },
};
