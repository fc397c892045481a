import { alternate } from '../alternate.ts';
import { type Bench, type Measure, type Row, times } from '../bench.ts';
import { openConnection } from '../load/connection.ts';
import { createHistogram } from '../load/histogram.ts';
import { postHead, postRequest } from '../load/request.ts';
import { readHold } from '../product/buyers.ts';
import type { Product } from '../product/product.ts';
import { createSeatedShow, createShow, type Show } from '../product/shows.ts';

const ratioMust = 1.2;
const sizes = { small: 100, large: 100_000 };

export const growth: Measure = {
  key: 'growth',
  about: 'hold latency in a 100,000-place show against a 100-place show',
  async run(bench) {
    const product = await bench.product();
    const rows: Row[] = [];
    for (const [what, create, quantity] of [
      ['general admission', createShow, 2],
      ['best available seats', createSeatedShow, 2],
    ] as const) {
      const large = await create(product, sizes.large);
      const small = await create(product, sizes.small);
      rows.push(await compare(bench, product, `hold of ${quantity}, ${what}`, [large, small], quantity));
    }
    return rows;
  },
};

async function compare(
  bench: Bench,
  product: Product,
  what: string,
  [large, small]: readonly [Show, Show],
  quantity: number,
): Promise<Row> {
  // Both are measured warm: the first hold loads the ledger of its event.
  for (const show of [large, small]) await measureHold(product, show, quantity, 500);
  const comparison = await alternate(
    Math.max(5, bench.rounds),
    () => measureHold(product, large, quantity, bench.seconds * 300),
    () => measureHold(product, small, quantity, bench.seconds * 300),
  );
  const { product: largeMs, reference: smallMs, ratio } = comparison;
  bench.say(`${what}: ${largeMs.toFixed(3)} ms against ${smallMs.toFixed(3)} ms`);
  return {
    what: `${what}: 100,000 places against 100`,
    goal: `≤ ${times(ratioMust)}`,
    measured: `p50 ${largeMs.toFixed(3)} ms against ${smallMs.toFixed(3)} ms`,
    ratio,
    met: ratio <= ratioMust,
    details: comparison,
  };
}

/** Median latency of a hold on one connection; each hold is released before the next, so that the house stays as it is. */
async function measureHold(product: Product, show: Show, quantity: number, measureMs: number): Promise<number> {
  const latencies = createHistogram();
  let answered: (body: string, status: number) => void = () => {};
  const line = await openConnection(product.port, true, {
    answered: (status, body) => answered(body.toString('latin1'), status),
    broken: () => answered('', 0),
  });
  const exchange = (request: string) =>
    new Promise<Buffer>((resolve, reject) => {
      answered = (body, status) =>
        status >= 200 && status < 300 ? resolve(Buffer.from(body, 'latin1')) : reject(new Error(`${status} ${body}`));
      line.send(request);
    });
  const body = `{"eventId":${show.eventId},"ticketTypeId":${show.ticketTypeId},"quantity":${quantity}}`;
  const reserve = postRequest(postHead('/api/tickets/reserve'), body);
  for (const until = performance.now() + measureMs; performance.now() < until; ) {
    const sentAt = performance.now();
    const hold = readHold(await exchange(reserve));
    latencies.record((performance.now() - sentAt) * 1000);
    const token = `X-Session-Token: ${hold.sessionToken}\r\n`;
    await exchange(`DELETE /api/tickets/reservation/${hold.reservationId} HTTP/1.1\r\nHost: bench\r\n${token}\r\n`);
  }
  line.close();
  return latencies.percentileMs(0.5);
}
