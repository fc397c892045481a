// npm test: starts one private PostgreSQL for all test files, runs them, stops it. Arguments narrow to some files.
import { spawn } from 'node:child_process';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';

const patterns = process.argv.slice(2);
const folder = await makeTemporaryDataFolder();
const server = process.env.ONSALE_TEST_SERVER ? undefined : await startEmbeddedServer(folder.path);
const files = patterns.length > 0 ? patterns : ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'];
const child = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=300000', ...files],
  {
    stdio: 'inherit',
    env: { ...process.env, ...(server && { ONSALE_TEST_SERVER: JSON.stringify(server.connection) }) },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
const code = await new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
await server?.stop();
await folder.remove();
process.exitCode = code;
