// npm test: starts one private PostgreSQL for all test files, runs them, stops it. Arguments narrow to some files.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { makeTemporaryDataFolder } from '../src/platform/data-folder/temporary-data-folder.ts';
import type { ConnectionSettings } from '../src/platform/postgres/database.ts';
import { startEmbeddedServer } from '../src/platform/postgres/embedded-server.ts';
import { makeTemplate } from './support/template-database.ts';

const patterns = process.argv.slice(2);
const folder = await makeTemporaryDataFolder();
const server = process.env.ONSALE_TEST_SERVER ? undefined : await startEmbeddedServer(folder.path);
const given = process.env.ONSALE_TEST_SERVER;
const admin: ConnectionSettings = server?.connection ?? (JSON.parse(given!) as ConnectionSettings);
const template = await makeTemplate(admin);
const files = patterns.length > 0 ? patterns : ['src/**/*.test.ts', 'test/**/*.test.ts', 'bench/**/*.test.ts'];
const child = spawn(
  process.execPath,
  ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=300000', ...files],
  {
    stdio: 'inherit',
    env: {
      ...process.env,
      // Each file is a process of its own: two thirds of its start would be compiling the same sources again.
      NODE_COMPILE_CACHE: fileURLToPath(new URL('../node_modules/.cache/onsale-tests', import.meta.url)),
      ONSALE_TEST_SERVER: JSON.stringify(admin),
      ONSALE_TEST_TEMPLATE: template.name,
    },
  },
);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
const code = await new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
await template.remove();
await server?.stop();
await folder.remove();
process.exitCode = code;
