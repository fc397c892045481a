import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openDatabase } from '../../src/platform/postgres/database.ts';
import { embeddedConnection } from '../../src/platform/postgres/embedded-server.ts';
import { assertVerified, ownerKeyOf, say, until } from '../faults/scene.ts';
import { freshDataDir, serveOnsale } from '../support/onsale-process.ts';
import { pidsOfWorkers } from '../support/worker-pids.ts';
import { assertExplained, assertRefusedWhenAltered, seedOfRun } from './real-histories.ts';
import { startRealSale } from './real-sale.ts';

/** Longer than a lease: others have its events by then. */
const stopMs = 8_000;

test('what clients hear of three workers, one killed and one stopped for a while, one shop can have answered', async () => {
  const dataDir = await freshDataDir();
  const env = { RATE_LIMITS: 'off', HOLD_LIMITS: 'off', DEMO: 'off' };
  const server = await serveOnsale(dataDir, { args: ['--workers', '3'], env });
  const seed = seedOfRun();
  const sale = await startRealSale({
    urls: () => [server.url],
    ownerKey: await ownerKeyOf(dataDir),
    seed,
    clients: 8,
    holdMinutes: 15,
    tokens: ['tok_ok', 'tok_ok', 'tok_ok', 'tok_declined', 'tok_slow'],
  });
  const moreCalls = async (count: number) => {
    const before = sale.calls;
    await until('clients are answered', () => sale.calls >= before + count, 120_000);
  };
  await moreCalls(60);
  const [killed] = await pidsOfWorkers(server);
  process.kill(killed!, 'SIGKILL');
  sale.faults.push({ from: performance.now(), until: performance.now() });
  await moreCalls(60);
  const stopped = (await pidsOfWorkers(server)).find((pid) => pid !== killed)!;
  const from = performance.now();
  process.kill(stopped, 'SIGSTOP');
  try {
    await sleep(stopMs);
  } finally {
    process.kill(stopped, 'SIGCONT');
    sale.faults.push({ from, until: performance.now() });
  }
  await moreCalls(60);
  await sale.leave();
  const database = openDatabase((await embeddedConnection(join(dataDir, 'postgres')))!, 1);
  try {
    const histories = await sale.histories(database);
    say(`${sale.calls} calls, ${sale.unclear} answers that said nothing; ${JSON.stringify([...sale.heard])}`);
    assertExplained(histories, seed);
    assertRefusedWhenAltered(histories);
  } finally {
    await database.close();
  }
  await assertVerified(dataDir);
  assert.equal(await server.stop(), 0);
});
