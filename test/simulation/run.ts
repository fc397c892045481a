// npm run sim -- --seed N          replays one seed and prints its whole log
// npm run simulate:deep -- --seeds N --from M    plays many, prints the seeds that fail
// With --together several processes sell, which share the database; else one that is alone.
import { parseArgs } from 'node:util';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { type ConnectionSettings, openDatabase } from '../../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { migrate } from '../../src/platform/postgres/migrate.ts';
import { type Ground, prepareGround } from './ground.ts';
import { playSeeds } from './play-seeds.ts';
import { explain, type Outcome, runSeed } from './run-seed.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string' },
    together: { type: 'boolean' },
  },
});
const sellers = values.together ? 'together' : 'alone';
const folder = await makeTemporaryDataFolder();
const server = await startEmbeddedServer(folder.path);
const worldsAtOnce = values.seed === undefined ? 4 : 1;
const grounds: Ground[] = [];
for (let i = 0; i < worldsAtOnce; i++) grounds.push(await prepareGround(await migrated(`world_${i}`)));
try {
  process.exitCode = values.seed === undefined ? await playMany() : await replay(Number(values.seed));
} finally {
  for (const ground of grounds) await ground.close();
  await server.stop();
  await folder.remove();
}

async function migrated(name: string): Promise<ConnectionSettings> {
  const { bypassingRls, close } = openDatabase(server.connection, 1);
  await bypassingRls.query(`CREATE DATABASE ${name}`);
  await close();
  const connection = { ...server.connection, database: name };
  const database = openDatabase(connection, 1);
  await migrate(database.bypassingRls);
  await database.close();
  return connection;
}

async function replay(seed: number): Promise<number> {
  const outcome = await runSeed(seed, grounds[0]!, { sellers });
  console.log(outcome.log.join('\n'));
  console.log(outcome.failure ? outcome.failure.stack : 'Every promise was kept.');
  return outcome.failure ? 1 : 0;
}

async function playMany(): Promise<number> {
  const [from, count] = [Number(values.from ?? 1), Number(values.seeds ?? 5_000)];
  let [played, failed] = [0, 0];
  const report = (outcome: Outcome) => {
    played += 1;
    if (outcome.failure) {
      failed += 1;
      console.log(explain(outcome, 12));
    }
    if (played % 100 === 0 || played === count) console.log(`${played} seeds played, ${failed} failed`);
    return true;
  };
  await playSeeds({ from, count }, grounds, report, { sellers });
  return failed > 0 ? 1 : 0;
}
