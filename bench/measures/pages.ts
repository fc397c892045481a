import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alternate } from '../alternate.ts';
import { type Bench, cpu, type Measure, percent, perSecond, type Row } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { getRequest } from '../load/request.ts';
import type { Product } from '../product/product.ts';
import { createSeatedShow } from '../product/shows.ts';
import { startServer } from '../servers/child.ts';

const ratioMust = 0.7;
const seatCount = 18_000;

/** Headers that belong to one connection or one answer, not to the page. */
const notOfThePage = new Set(['connection', 'keep-alive', 'date', 'content-length', 'transfer-encoding']);

export const pages: Measure = {
  key: 'pages',
  about: 'event page, availability and seat map against bare node:http sending the same buffer',
  async run(bench) {
    const product = await bench.product();
    const { eventId } = await createSeatedShow(product, seatCount);
    const rows: Row[] = [];
    for (const [what, path] of [
      ['event page', `/api/events/${eventId}`],
      ['availability', `/api/events/${eventId}/availability`],
      [`seat states of ${seatCount.toLocaleString('en')} seats`, `/api/events/${eventId}/seats`],
    ] as const)
      rows.push(await measurePage(bench, product, what, path), await measureNotModified(bench, product, path));
    return rows;
  },
};

async function measurePage(bench: Bench, product: Product, what: string, path: string): Promise<Row> {
  const page = await fetch(`http://127.0.0.1:${product.port}${path}`);
  const body = Buffer.from(await page.arrayBuffer());
  const bodyFile = join(tmpdir(), `onsale-bench-${randomUUID()}`);
  await writeFile(bodyFile, body);
  const headers = Object.fromEntries([...page.headers].filter(([name]) => !notOfThePage.has(name)));
  const bare = await startServer('bare-page', { bodyFile, headers });
  const request = getRequest(path);
  const results: LoadResult[] = [];
  const load = async ({ port, pid }: { port: number; pid: number }) => {
    const timing = { connections: 64, warmupMs: 500, measureMs: bench.seconds * 1000 };
    const result = await runLoad({ port, servers: [pid], ...timing, next: () => request });
    results.push(result);
    return result.perSecond;
  };
  const comparison = await alternate(
    bench.rounds,
    () => load(product),
    () => load(bare),
  );
  await bare.stop();
  await rm(bodyFile);
  const [own, bareOwn] = results.slice(-2).map((result) => cpu(result.cpuMicros));
  bench.say(
    `${what}: ${perSecond(comparison.product)} against ${perSecond(comparison.reference)}, ${own} against ${bareOwn}`,
  );
  return {
    what: `${what} (${body.length.toLocaleString('en')} bytes)`,
    goal: `≥ ${percent(ratioMust)} of bare node:http (stretch 90 %)`,
    measured: `${perSecond(comparison.product)} against ${perSecond(comparison.reference)}`,
    ratio: comparison.ratio,
    met: comparison.ratio >= ratioMust,
    details: { comparison, results },
  };
}

async function measureNotModified(bench: Bench, product: Product, path: string): Promise<Row> {
  const url = `http://127.0.0.1:${product.port}${path}`;
  const etag = (await fetch(url)).headers.get('etag') ?? '';
  const request = getRequest(path, { 'If-None-Match': etag });
  const load = { port: product.port, connections: 64, next: () => request };
  const result = await runLoad({ ...load, warmupMs: 500, measureMs: bench.seconds * 500 });
  const others = Object.keys(result.statuses).filter((status) => status !== '304');
  return {
    what: '… with If-None-Match',
    goal: '304',
    measured: `${perSecond(result.perSecond)}${others.length > 0 ? `, but also ${others}` : ''}`,
    ratio: null,
    met: etag !== '' && others.length === 0,
    details: result,
  };
}
