import { alternate } from '../alternate.ts';
import { type Bench, type Measure, temporaryFolder, times } from '../bench.ts';
import { runLoad } from '../load/client.ts';
import { getRequest } from '../load/request.ts';
import { type Product, startProduct } from '../product/product.ts';

const ratioMust = 1.2;
const pageSize = 50;

/** Walks to page 10,000 as a client would, then asks for that page and for the first one in turns. */
export const listing: Measure = {
  key: 'listing',
  about: 'page 10,000 of the list of events against page 1',
  async run(bench) {
    const pageCount = bench.quick ? 500 : 10_000;
    const folder = await temporaryFolder(bench);
    const product = await startProduct(folder);
    bench.atEnd(product.stop);
    await fillCatalogue(product, (pageCount + 1) * pageSize);
    const cursor = await walk(bench, product, pageCount);
    const first = `/api/events?limit=${pageSize}`;
    const far = `${first}&cursor=${cursor}`;
    const comparison = await alternate(
      Math.max(5, bench.rounds),
      () => latencyMs(bench, product, far),
      () => latencyMs(bench, product, first),
    );
    const { product: farMs, reference: firstMs, ratio } = comparison;
    return [
      {
        what: `page ${pageCount.toLocaleString('en')} of the list of events against page 1`,
        goal: `≤ ${times(ratioMust)}`,
        measured: `p50 ${farMs.toFixed(2)} ms against ${firstMs.toFixed(2)} ms`,
        ratio,
        met: ratio <= ratioMust,
        details: comparison,
      },
    ];
  },
};

async function fillCatalogue(product: Product, eventCount: number): Promise<void> {
  const { database } = product;
  await database.bypassingRls.query(
    `INSERT INTO venues (name, city) SELECT 'Hall ' || n, 'City ' || n FROM generate_series(1, 500) AS n`,
  );
  await database.bypassingRls.query(
    `INSERT INTO events (venue_id, title, status, starts_at, time_zone, currency, published_at, total_capacity, available_capacity)
     SELECT 1 + n % 500, 'Show ' || n, 'published', now() + interval '1 day' + n * interval '1 minute', 'UTC', 'EUR', now(), 100, 100
     FROM generate_series(1, $1::integer) AS n`,
    [eventCount],
  );
  await database.bypassingRls.query(
    `INSERT INTO ticket_types (event_id, name, rates, capacity, available_count)
     SELECT event_id, 'Standing', '[{"name": "Standard", "priceMinor": 4550}]', 100, 100 FROM events`,
  );
  await database.bypassingRls.query('VACUUM ANALYZE');
}

/** The cursor of page `pageCount`. */
async function walk(bench: Bench, product: Product, pageCount: number): Promise<string> {
  const first = `/api/events?limit=${pageSize}`;
  let cursor = '';
  let left = pageCount - 1;
  const next = () => (left-- > 0 ? getRequest(cursor ? `${first}&cursor=${cursor}` : first) : undefined);
  const result = await runLoad({
    port: product.port,
    connections: 1,
    keepBody: true,
    next,
    answered(_, status, body) {
      const page = JSON.parse(body.toString()) as { nextCursor: string | null };
      if (status !== 200 || !page.nextCursor) throw new Error(`page ${pageCount - left}: ${status} ${body}`);
      cursor = page.nextCursor;
    },
  });
  bench.say(`walked ${pageCount} pages, p50 ${result.p50Ms} ms, p99 ${result.p99Ms} ms, longest ${result.maxMs} ms`);
  return cursor;
}

async function latencyMs(bench: Bench, product: Product, path: string): Promise<number> {
  const request = getRequest(path);
  const load = { port: product.port, connections: 1, next: () => request };
  const result = await runLoad({ ...load, warmupMs: 200, measureMs: bench.seconds * 300 });
  if (Object.keys(result.statuses).join() !== '200') throw new Error(`${path}: ${JSON.stringify(result.statuses)}`);
  return result.p50Ms;
}
