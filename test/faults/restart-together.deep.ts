import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotCount } from '../../src/platform/ownership/slots.ts';
import { insertShows } from '../support/bare-show.ts';
import { createUrlClient } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { freshDataDir, type OnsaleServer, serveOnsale, toDatabaseUrl } from '../support/onsale-process.ts';
import { say, trialEnv, until } from './scene.ts';

const count = 50_000;

/** How many ledgers a server has in memory, as its own sweep has counted them last. */
async function loadedBy({ url }: OnsaleServer): Promise<number> {
  const { text } = await createUrlClient(url).send('GET', '/metrics');
  return Number(/^onsale_ledgers_loaded (\d+)$/m.exec(text)?.[1]);
}

test('two servers that start together on 50,000 events own all slots and are ready with no ledger loaded; a hot event is', {
  timeout: 900_000,
}, async () => {
  const { database, connection } = await createTestDatabase();
  const shows = await insertShows(database, count);
  const env = { ...trialEnv, DATABASE_URL: toDatabaseUrl(connection) };
  const dirs = [await freshDataDir(), await freshDataDir()];
  for (const round of ['first', 'again']) {
    const startedAt = performance.now();
    const servers = await Promise.all(dirs.map((dir) => serveOnsale(dir, { env })));
    say(`${round}: both ready after ${Math.round(performance.now() - startedAt)} ms`);
    const [hot] = shows as [number];
    const askedAt = performance.now();
    // While slots find their owners, and on a busy machine, some are turned away for a moment.
    await until('it answers a crowd at both', async () => {
      const looks = await Promise.all(
        Array.from({ length: 60 }, (_, at) =>
          createUrlClient(servers[at % 2]!.url).send('GET', `/api/events/${hot}/availability`),
        ),
      );
      for (const { status, text } of looks) assert.ok([200, 503].includes(status), text);
      return looks.every(({ status }) => status === 200);
    });
    say(`the hot event answers 60 at once after ${Math.round(performance.now() - askedAt)} ms`);
    const [owned] = await database.query<{ slots: number; owners: number }>(
      `SELECT count(*)::int AS slots, count(DISTINCT process_id)::int AS owners FROM slots
       JOIN processes USING (process_id) WHERE state = 'living'`,
    );
    assert.equal(owned!.slots, slotCount);
    await until('the sweep has counted', async () => (await Promise.all(servers.map(loadedBy))).some((one) => one > 0));
    const loaded = await Promise.all(servers.map(loadedBy));
    // Its owner has it; where it was handed over meanwhile, the new one has it as well by now.
    assert.ok(
      loaded.every((one) => one <= 1),
      `ledgers in memory: ${loaded}`,
    );
    assert.deepEqual(await Promise.all(servers.map((one) => one.stop())), [0, 0]);
  }
});
