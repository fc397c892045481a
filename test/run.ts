// npm test: starts one private PostgreSQL for all test files, runs them, stops it. Arguments narrow to some files. The seed of
// all properties is printed; with ONSALE_TEST_SEED a run is played again. `--by-url`: tests that need only the wire speak to a server
// process by its address (all such files, or those that are named).
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import type { ConnectionSettings } from '../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';
import { makeTemplate } from './support/template-database.ts';
import { findWireOnlyFiles } from './support/wire-only.ts';

/**
 * A server that is thrown away need not survive the machine: what fsync is good for, only a power cut shows. Tests that
 * kill -9 start Onsale with a PostgreSQL of its own, which syncs as it does elsewhere. Several files ask it at once.
 */
const thrownAway = {
  fsync: 'off',
  max_connections: 200,
  ...(process.env.ONSALE_TEST_OPENSEARCH_URL && { wal_level: 'logical' }),
};

const byUrl = process.argv.includes('--by-url');
const named = process.argv.slice(2).filter((one) => one !== '--by-url');
const patterns = named.length === 0 && byUrl ? findWireOnlyFiles() : named;
const folder = await makeTemporaryDataFolder();
// Whoever speaks to a server that runs already has no database.
const isElsewhere = process.env.ONSALE_TEST_URL !== undefined;
const supplied = process.env.ONSALE_TEST_SERVER;
const server = supplied || isElsewhere ? undefined : await startEmbeddedServer(folder.path, thrownAway);
const admin = server?.connection ?? (supplied ? (JSON.parse(supplied) as ConnectionSettings) : undefined);
const template = admin && (await makeTemplate(admin));
const files =
  patterns.length > 0 ? patterns : ['src/**/*.test.ts', 'web/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'];
const seed = process.env.ONSALE_TEST_SEED || String(randomInt(2 ** 31));
process.stdout.write(`ONSALE_TEST_SEED=${seed}\n`);
const child = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    `--import=${new URL('./support/property-seed.ts', import.meta.url)}`,
    '--test',
    '--test-timeout=300000',
    // A test that fails may leave a connection open: its file would never end, and neither would this.
    '--test-force-exit',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${new URL('./support/wire-tally.ts', import.meta.url)}`,
    '--test-reporter-destination=stdout',
    // Node leaves one core free; a test and its PostgreSQL take turns, so that the cores would idle half of the time. Who only speaks to a
    // server waits for it most of the time.
    `--test-concurrency=${availableParallelism() * (isElsewhere ? 2 : 1)}`,
    ...files,
  ],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      // Each file is a process of its own: two thirds of its start would be compiling the same sources again.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/onsale-tests', import.meta.url)),
      ...(template && { ONSALE_TEST_SERVER: JSON.stringify(admin), ONSALE_TEST_TEMPLATE: template.name }),
      ONSALE_TEST_SEED: seed,
      ...(byUrl && { ONSALE_TEST_BY_URL: '1' }),
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
const code = await new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
await template?.remove();
await server?.stop();
await folder.remove();
process.exitCode = code;
