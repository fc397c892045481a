import { verifyDatabase } from '../../src/features/verify/index.ts';
import { type Bench, type Measure, ms, temporaryFolder } from '../bench.ts';
import { sellOrders, settle } from '../product/buyers.ts';
import { type Product, startProduct } from '../product/product.ts';
import { createShow } from '../product/shows.ts';

const secondsMust = 20;
/** As many as the command uses. */
const connections = 2;
const perShow = 100_000;
const perOrder = 5;

/** All checks of `onsale verify` on sold shows, beside a server that is idle. */
export const verify: Measure = {
  key: 'verify',
  about: 'onsale verify on 1,000,000 tickets (sells them first)',
  async run(bench) {
    const shows = bench.quick ? 1 : 10;
    const folder = await temporaryFolder(bench);
    const product = await startProduct(folder);
    bench.atEnd(product.stop);
    await sellOut(bench, product, shows);
    const verification = await verifyDatabase(product.database.bypassingRls, undefined, connections);
    const { looked, findings } = verification;
    const slowest = findings.toSorted((a, b) => b.ms - a.ms).slice(0, 10);
    for (const { name, ms: took } of slowest) bench.say(`${name}: ${ms(took)}`);
    if (!verification.clean) throw new Error(JSON.stringify(findings.filter(({ count }) => count > 0)));
    const limitMs = secondsMust * 1000 * (shows / 10);
    return [
      {
        what: `onsale verify on ${looked.tickets.toLocaleString('en')} tickets in ${looked.bookings.toLocaleString('en')} bookings`,
        goal: `≤ ${ms(limitMs)}`,
        measured: ms(verification.ms),
        ratio: null,
        met: verification.ms <= limitMs,
        details: findings.map(({ name, ms: took }) => ({ name, ms: took })),
      },
    ];
  },
};

async function sellOut(bench: Bench, product: Product, shows: number): Promise<void> {
  for (let n = 1; n <= shows; n++) {
    await sellOrders(product, await createShow(product, perShow), perShow / perOrder, perOrder);
    bench.say(`sold ${(n * perShow).toLocaleString('en')} tickets`);
  }
  await settle(product);
}
