import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../../src/cli/simulate/seeded-random.ts';
import { type Database, openDatabase } from '../../src/platform/postgres/database.ts';
import { embeddedConnection } from '../../src/platform/postgres/embedded-server.ts';
import { assertExplained, assertRefusedWhenAltered, seedOfRun } from '../history/real-histories.ts';
import { type RealSale, startRealSale } from '../history/real-sale.ts';
import { createTestDatabase } from '../support/database.ts';
import {
  finishOnsale,
  freshDataDir,
  type OnsaleServer,
  serveOnsale,
  toDatabaseUrl,
} from '../support/onsale-process.ts';
import { pidsOfWorkers } from '../support/worker-pids.ts';
import { assertVerified, ownerKeyOf, say, trialEnv, until } from './scene.ts';

/** How long a process stands still: longer than its lease. */
const stopMs = 10_000;
/** Two or three minutes on a quiet machine. */
const timeout = 1_200_000;
/** Each fault so often. */
const times = 2;
const tokens = [
  ...Array.from({ length: 6 }, () => 'tok_ok'),
  'tok_declined',
  'tok_slow',
  'tok_timeout_paid',
  'tok_timeout_unpaid',
  'tok_webhook_late',
];

/** Does all faults in an order of the seed while clients buy. Between two of them clients are answered. */
async function withFaults(
  sale: RealSale,
  seed: number,
  faults: Readonly<Record<string, () => Promise<void>>>,
): Promise<void> {
  const random = seededRandom(seed, 1_000);
  const left = Object.keys(faults).flatMap((name) => Array.from({ length: times }, () => name));
  while (left.length > 0) {
    const before = sale.calls;
    await until('clients are answered', () => sale.calls >= before + 80, 180_000);
    const [name] = left.splice(random.below(left.length), 1) as [string];
    const from = performance.now();
    await faults[name]!();
    sale.faults.push({ from, until: performance.now() });
    say(`${name}: ${Math.round(performance.now() - from)} ms`);
  }
  const before = sale.calls;
  await until('clients are answered after the last fault', () => sale.calls >= before + 80, 180_000);
  await sale.leave();
}

async function stopFor(ms: number, pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  try {
    await sleep(ms);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
}

async function judge(sale: RealSale, database: Pick<Database, 'bypassingRls'>, seed: number): Promise<void> {
  const histories = await sale.histories(database);
  say(`${sale.calls} calls, ${sale.unclear} answers that said nothing; ${JSON.stringify([...sale.heard])}`);
  assertExplained(histories, seed);
  assertRefusedWhenAltered(histories);
}

describe('what clients hear, one shop can have answered', () => {
  test('of three workers: killed, stopped, replaced', { timeout }, async () => {
    const dataDir = await freshDataDir();
    const server = await serveOnsale(dataDir, { args: ['--workers', '3'], env: trialEnv });
    const seed = seedOfRun();
    const random = seededRandom(seed, 1_001);
    const ownerKey = await ownerKeyOf(dataDir);
    const urls = () => [server.url];
    const sale = await startRealSale({ urls, ownerKey, seed, clients: 10, holdMinutes: 1, tokens });
    const anyWorker = async () => {
      const pids = await pidsOfWorkers(server);
      return pids[random.below(pids.length)]!;
    };
    await withFaults(sale, seed, {
      'a worker is killed': async () => void process.kill(await anyWorker(), 'SIGKILL'),
      'a worker stands still': async () => stopFor(stopMs, await anyWorker()),
      async 'workers are replaced'() {
        const { code, stderr } = await finishOnsale(['restart', '--data-dir', dataDir]);
        assert.equal(code, 0, stderr);
      },
    });
    const database = openDatabase((await embeddedConnection(join(dataDir, 'postgres')))!, 1);
    await judge(sale, database, seed).finally(() => database.close());
    await assertVerified(dataDir);
    assert.equal(await server.stop(), 0);
  });

  test('of two servers on one database: killed, stopped, drained', { timeout }, async () => {
    const { database, connection } = await createTestDatabase();
    const env = { ...trialEnv, DATABASE_URL: toDatabaseUrl(connection) };
    const dirs = [await freshDataDir(), await freshDataDir()] as const;
    const servers: OnsaleServer[] = [];
    for (const dir of dirs) servers.push(await serveOnsale(dir, { env }));
    const seed = seedOfRun();
    const random = seededRandom(seed, 1_002);
    const ownerKey = await ownerKeyOf(dirs[0]);
    const urls = () => servers.map(({ url }) => url);
    const sale = await startRealSale({ urls, ownerKey, seed, clients: 10, holdMinutes: 1, tokens });
    const again = async (at: number) => {
      servers[at] = await serveOnsale(dirs[at]!, { env });
    };
    await withFaults(sale, seed, {
      async 'a server is killed'() {
        const at = random.below(servers.length);
        process.kill(servers[at]!.pid, 'SIGKILL');
        await servers[at]!.exited;
        await again(at);
      },
      'a server stands still': () => stopFor(stopMs, servers[random.below(servers.length)]!.pid),
      async 'a server is drained, and started again'() {
        const at = random.below(servers.length);
        assert.equal(await servers[at]!.stop(), 0, servers[at]!.stderr());
        await again(at);
      },
    });
    await judge(sale, database, seed);
    await assertVerified(dirs[0], env);
    for (const server of servers) assert.equal(await server.stop(), 0);
  });
});
