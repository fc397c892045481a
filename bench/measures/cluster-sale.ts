import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RehearsalResult } from '../../src/cli/simulate/result.ts';
import type { ProcessRole } from '../../src/kernel/process-role.ts';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { toDatabaseUrl } from '../../test/support/database-url.ts';
import { hasGateway, startGateway } from '../../test/support/gateway.ts';
import { finishOnsale } from '../../test/support/onsale-process.ts';
import { fourProcesses, type RoleCluster, startRoleCluster } from '../../test/support/role-cluster.ts';
import { type Bench, type Measure, ms, type Row, temporaryFolder } from '../bench.ts';
import { cpuMsOf } from '../load/cpu.ts';
import { startRedis } from '../servers/redis-server.ts';

const p95MsMax = 320;
const failedShareMax = 0.0002;
/** Each client takes two descriptors of a gateway, and a process has twenty thousand: so two gateways share the port. */
const gatewaySettings = { GATEWAY_MAXCONN: '9400' };

/** Whose CPU is counted together. */
type Parts = Readonly<Record<string, readonly number[]>>;

/**
 * `onsale simulate` against four processes by roles behind the gateway: first many who look and some who buy, at a fixed rate whatever is
 * answered, until the house is full; then buyers who come in a ramp and go on for minutes.
 */
export const clusterSale: Measure = {
  key: 'cluster-sale',
  about: 'sales at four processes behind the gateway: 9,000 viewers with 1,000 buyers, then 5,000 buyers for 5 minutes',
  async run(bench) {
    const redis = await startRedis();
    if (!hasGateway || !redis) return [missing];
    bench.atEnd(redis.stop);
    const folder = await temporaryFolder(bench);
    const database = await startEmbeddedServer(folder, { max_connections: 200 });
    bench.atEnd(database.stop);
    const databaseUrl = toDatabaseUrl(database.connection);
    // All come from one address.
    const limits = { RATE_LIMITS: 'x1000000', HOLD_LIMITS: 'off' };
    const settings = { ...limits, DATABASE_URL: databaseUrl, REDIS_URL: redis.url, LOG_LEVEL: 'error' };
    const cluster = await startRoleCluster(settings, fourProcesses, gatewaySettings);
    bench.atEnd(cluster.stop);
    const second = join(folder, 'second-gateway');
    await mkdir(second);
    const port = Number(new URL(cluster.url).port);
    const other = await startGateway(second, cluster.processes, port, gatewaySettings);
    bench.atEnd(other.stop);
    const pidsOf = (role: ProcessRole) =>
      cluster.processes.filter(({ roles }) => roles.includes(role)).map(({ pid }) => pid);
    const parts: Parts = {
      'two gateways': [cluster.gateway.pid, other.pid],
      'pages and accounts': pidsOf('api'),
      'catalogue, search and live': pidsOf('catalog'),
      'two that sell': pidsOf('booking'),
      PostgreSQL: [database.pid],
    };
    const simulate = (...args: string[]) => rehearse(cluster, { databaseUrl, cwd: folder }, parts, args);

    const warm = ['--viewers', '500', '--rate', '1000', '--ramp', '10', '--tail', '1s'];
    await simulate(...warm, '--buyers', '300', '--capacity', '10000');

    const [viewers, buyers, rate, ramp] = bench.quick ? [900, 100, 200, '10'] : [9_000, 1_000, 2_000, '60'];
    const crowd = ['--viewers', `${viewers}`, '--buyers', `${buyers}`, '--rate', `${rate}`, '--ramp', ramp];
    // They want more than two tickets each: the house is full.
    const few = ['--capacity', String(buyers * 1.5)];
    const watched = rowsOf(
      `${viewers.toLocaleString('en')} viewers and ${buyers.toLocaleString('en')} buyers, ${rate.toLocaleString('en')} requests/s`,
      await simulate(...crowd, ...few),
      bench,
      { isSoldOut: true },
    );
    const [many, minutes, seats] = bench.quick ? [500, '1', '5000'] : [5_000, '5', '100000'];
    const steady = ['--buyers', `${many}`, '--connections', `${many}`, '--ramp', '30', '--minutes', minutes];
    const lasting = rowsOf(
      `${many.toLocaleString('en')} buyers within 30 s, for ${minutes} min`,
      await simulate(...steady, '--capacity', seats),
      bench,
      { isSoldOut: false },
    );
    return [...watched, ...lasting];
  },
};

const missing: Row = {
  what: 'sales behind the gateway',
  goal: '–',
  measured: 'no haproxy or no redis-server here',
  ratio: null,
  met: null,
};

interface Rehearsed {
  readonly result: RehearsalResult;
  /** Cores that each part took on average. */
  readonly cores: Readonly<Record<string, number>>;
}

async function rehearse(
  { url, ownerKey }: RoleCluster,
  { databaseUrl, cwd }: { readonly databaseUrl: string; readonly cwd: string },
  parts: Parts,
  args: readonly string[],
): Promise<Rehearsed> {
  const used = () => Object.fromEntries(Object.entries(parts).map(([part, pids]) => [part, cpuMsOf(...pids)]));
  const before = used();
  const command = ['simulate', '--url', url, '--api-key', ownerKey, '--json', ...args];
  // With the database it is verified too, and apart from any data folder of somebody's.
  const { stdout, stderr } = await finishOnsale(command, { cwd, env: { DATABASE_URL: databaseUrl } });
  const after = used();
  if (!stdout.startsWith('{')) throw new Error(`onsale simulate: ${stderr.slice(-2_000)}`);
  const result = JSON.parse(stdout) as RehearsalResult;
  const cores = Object.fromEntries(
    Object.keys(parts).map((part) => [part, (after[part]! - before[part]!) / result.ms]),
  );
  return { result, cores };
}

function rowsOf(
  who: string,
  { result, cores }: Rehearsed,
  bench: Bench,
  { isSoldOut }: { readonly isSoldOut: boolean },
): Row[] {
  const { all, load, totals, show, checks, verification } = result;
  const sold = result.seats.at(-1)?.sold ?? 0;
  const broken = checks.filter(({ count }) => count > 0).map(({ claim, count }) => `${claim} (${count})`);
  const isVerified = verification?.clean ?? false;
  const share = all.failed / Math.max(1, all.count);
  const rate = Math.round((all.count * 1_000) / result.ms);
  const spent = Object.entries(cores).map(([part, used]) => `${part} ${used.toFixed(2)}`);
  for (const { step, count, p50Ms, p95Ms, p99Ms } of [...result.latencies, all]) {
    bench.say(`${step}: ${count.toLocaleString('en')}, p50 ${p50Ms}, p95 ${p95Ms}, p99 ${p99Ms} ms`);
  }
  bench.say(`errors ${JSON.stringify(result.errors)}, refusals ${JSON.stringify(result.refusals)}`);
  if (broken.length > 0) bench.say(`broken: ${JSON.stringify(checks.filter(({ count }) => count > 0))}`);
  return [
    {
      what: `${who}: p95 of all requests, from when they were due`,
      goal: `≤ ${p95MsMax} ms`,
      measured: `${ms(all.p95Ms)}, p50 ${ms(all.p50Ms)}, p99 ${ms(all.p99Ms)}; ${rate.toLocaleString('en')} a second for ${Math.round(result.ms / 1_000)} s`,
      ratio: null,
      met: all.p95Ms <= p95MsMax,
      details: { ...result, series: undefined },
    },
    {
      what: '… not answered, or by an error or "not now"',
      goal: '< 0.02 %',
      measured: `${all.failed} of ${all.count.toLocaleString('en')} (${(share * 100).toFixed(4)} %)`,
      ratio: null,
      met: share < failedShareMax,
    },
    {
      what: '… sold, and verified',
      goal: isSoldOut ? 'all, clean' : 'what was acknowledged, clean',
      measured: `${sold.toLocaleString('en')} of ${show.capacity.toLocaleString('en')} by ${totals.purchases.toLocaleString('en')} purchases, ${isVerified ? 'clean' : 'not verified'}${broken.map((one) => `; ${one}`).join('')}`,
      ratio: null,
      met: (sold === show.capacity || !isSoldOut) && isVerified && broken.length === 0,
    },
    {
      what: '… cores that it took, the crowd itself besides',
      goal: 'for orientation',
      measured: `${spent.join(', ')}; crowd ${load.cores.toFixed(2)}, late by ${ms(load.lateP99Ms)} (p99)`,
      ratio: null,
      met: null,
      details: cores,
    },
  ];
}
