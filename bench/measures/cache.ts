import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { makeRehearsalAccounts } from '../../src/features/identity/index.ts';
import { systemClock } from '../../src/platform/clock/clock.ts';
import { alternate, median } from '../alternate.ts';
import { type Bench, cpu, type Measure, percent, perSecond, type Row, temporaryFolder } from '../bench.ts';
import { type LoadResult, runLoad } from '../load/client.ts';
import { getRequest } from '../load/request.ts';
import { type Product, startProduct } from '../product/product.ts';
import { createSeatedShow, createShow } from '../product/shows.ts';
import { startRedis } from '../servers/redis-server.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const workers = 2;
const hitShareMust = 0.9;
/** Enough that each worker is met: the kernel shares connections out among them. */
const scrapes = 40;
const ticketsEach = 12;
const connections = 16;

/** By cache, how often it had what it was asked for, and how often not. */
type Counts = Record<string, { hit: number; missed: number }>;

/** How often caches have what they are asked for under a simulated sale, and what the list of one's tickets costs kept and read. */
export const cache: Measure = {
  key: 'cache',
  about: `hits of caches under a simulated sale by ${workers} workers with Redis, and one’s own tickets kept against read`,
  async run(bench) {
    const redis = await startRedis();
    if (!redis) return [missing];
    bench.atEnd(redis.stop);
    const folder = await temporaryFolder(bench);
    const product = await startProduct(folder, { workers, redisUrl: redis.url });
    bench.atEnd(product.stop);
    return [await simulateSale(bench, product), ...(await readOwnTickets(bench, product))];
  },
};

const missing: Row = { what: 'caches in Redis', goal: '–', measured: 'no redis-server here', ratio: null, met: null };

async function simulateSale(bench: Bench, product: Product): Promise<Row> {
  const buyers = bench.quick ? 500 : 2_000;
  const { eventId } = await createSeatedShow(product, buyers * 2);
  const before = await readCounts(product);
  const args = ['simulate', '--url', `http://127.0.0.1:${product.port}`, '--event', String(eventId), '--json'];
  const crowd = ['--buyers', String(buyers), '--duration', '20s', '--tail', '10s', '--speed', '4', '--by-page', '30%'];
  const flags = ['--disable-warning=ExperimentalWarning', main, ...args, ...crowd];
  await promisify(execFile)(process.execPath, flags, { maxBuffer: 1e8 });
  const counts = difference(await readCounts(product), before);
  const shares = Object.entries(counts).map(([name, { hit, missed }]) => `${name} ${hit} of ${hit + missed}`);
  bench.say(shares.join(', '));
  const sum = (kind: 'hit' | 'missed') => Object.values(counts).reduce((total, each) => total + each[kind], 0);
  const share = sum('hit') / (sum('hit') + sum('missed'));
  return {
    what: `caches that had what they were asked for, under ${buyers.toLocaleString('en')} simulated buyers`,
    goal: `> ${percent(hitShareMust)}`,
    measured: `${percent(share)} (${shares.join(', ')})`,
    ratio: null,
    met: share > hitShareMust,
    details: counts,
  };
}

/** Of all workers together. */
async function readCounts({ port }: Product): Promise<Counts> {
  const byWorker = new Map<string, Counts>();
  for (let scrape = 0; scrape < scrapes; scrape++) {
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } });
    const text = await answer.text();
    const counts: Counts = {};
    for (const [, name, outcome, value] of text.matchAll(
      /^onsale_cache_total\{cache="(\w+)",outcome="(\w+)"\} (\d+)/gm,
    )) {
      counts[name!] ??= { hit: 0, missed: 0 };
      counts[name!]![outcome as 'hit' | 'missed'] = Number(value);
    }
    byWorker.set(/^onsale_process_process_start_time_seconds (\S+)/m.exec(text)![1]!, counts);
  }
  const all: Counts = {};
  for (const counts of byWorker.values()) {
    for (const [name, { hit, missed }] of Object.entries(counts)) {
      const sum = all[name] ?? { hit: 0, missed: 0 };
      all[name] = { hit: sum.hit + hit, missed: sum.missed + missed };
    }
  }
  return all;
}

function difference(after: Counts, before: Counts): Counts {
  const counts = Object.entries(after).map(([name, { hit, missed }]) => {
    const { hit: hits = 0, missed: misses = 0 } = before[name] ?? {};
    return [name, { hit: hit - hits, missed: missed - misses }] as const;
  });
  return Object.fromEntries(counts.filter(([, { hit, missed }]) => hit + missed > 0));
}

/** The same list kept, and (whoever comes with a guest session too) read from the tables, in turns. */
async function readOwnTickets(bench: Bench, product: Product): Promise<Row[]> {
  const [token] = await makeRehearsalAccounts({ bypassingRls: product.database.bypassingRls, clock: systemClock }, 1);
  const bearer = { authorization: `Bearer ${token}` };
  const ask = async (method: string, path: string, body: object = {}) => {
    const headers = { ...bearer, 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${product.port}${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as { reservationId: string; sessionToken: string };
  };
  for (let bought = 0; bought < ticketsEach; bought += 2) {
    const { eventId } = await createShow(product, 10);
    const { reservationId } = await ask('POST', '/api/tickets/reserve', { eventId, quantity: 2 });
    await ask('POST', '/api/bookings', { reservationId, payment: { provider: 'sandbox', token: 'tok_ok' } });
  }
  const { sessionToken } = await ask('POST', '/api/auth/guest');
  const rounds: Record<'kept' | 'read', LoadResult[]> = { kept: [], read: [] };
  const round = (how: 'kept' | 'read', headers: Record<string, string>) => async () => {
    const request = getRequest('/api/me/tickets', headers);
    const result = await runLoad({
      port: product.port,
      servers: [product.pid],
      connections,
      warmupMs: 500,
      measureMs: bench.seconds * 1_000,
      next: () => request,
    });
    if (Object.keys(result.statuses).join() !== '200') throw new Error(JSON.stringify(result.statuses));
    rounds[how].push(result);
    return result.perSecond;
  };
  const session = { ...bearer, 'x-session-token': sessionToken };
  const comparison = await alternate(bench.rounds, round('kept', bearer), round('read', session));
  const [kept, read] = [rounds.kept, rounds.read].map((all) =>
    median(all.map(({ cpuMicros }) => cpuMicros ?? Number.NaN)),
  );
  return [
    {
      what: `a list of ${ticketsEach} tickets of one’s own, kept and checked, against read from the tables`,
      goal: '–',
      measured: `${cpu(kept!)} at ${perSecond(comparison.product)}, against ${cpu(read!)} at ${perSecond(comparison.reference)}`,
      ratio: comparison.ratio,
      met: null,
      details: { comparison, rounds },
    },
  ];
}
