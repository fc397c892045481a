// npm run test:clusters: the API tests that need only the wire, unchanged, against an Onsale in each way that it can run. Arguments
// narrow to some of these ways, and after `--` to some files.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { type RunningShape, type ShapeName, serviceNames, shapeNames, startShape } from '../support/shapes.ts';

const runner = fileURLToPath(new URL('../run.ts', import.meta.url));

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs the tests that need only the wire against one Onsale; those that want it set otherwise start one of their own, of the same shape. */
async function runWireTests(shape: ShapeName, { url, ownerKey }: RunningShape): Promise<Counts> {
  const child = spawn(process.execPath, [runner, '--by-url', ...files], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ONSALE_TEST_URL: url, ONSALE_TEST_KEY: ownerKey, ONSALE_TEST_SHAPE: shape },
  });
  let tail = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    tail = (tail + chunk).slice(-1_000_000);
  });
  const code = await new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
  const sum = (word: string) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(tail)?.[1] ?? 0);
  const failed = sum('fail') + sum('cancelled');
  return { passed: sum('pass'), failed: failed === 0 && code !== 0 ? 1 : failed };
}

const asked = process.argv.slice(2);
const end = asked.includes('--') ? asked.indexOf('--') : asked.length;
const [names, files] = [asked.slice(0, end) as ShapeName[], asked.slice(end + 1)];
const unknown = names.find((name) => !shapeNames.includes(name));
if (unknown !== undefined) {
  process.stderr.write(`There is no configuration ${unknown}; there are ${shapeNames.join(', ')}.\n`);
  process.exit(2);
}

const folder = await makeTemporaryDataFolder();
const stops: (() => Promise<unknown>)[] = [() => folder.remove()];
const outcomes: string[] = [];
try {
  if (process.env[serviceNames.postgres] === undefined) {
    const server = await startEmbeddedServer(folder.path, { fsync: 'off', max_connections: 300 });
    stops.push(() => server.stop());
    process.env[serviceNames.postgres] = JSON.stringify(server.connection);
  }
  if (process.env[serviceNames.redis] === undefined) {
    // Read when it is loaded: which program a Redis is.
    process.env.ONSALE_TEST_REDIS_SERVER ??= 'redis-server';
    const server = await (await import('../support/redis-servers.ts')).startRedis();
    stops.push(() => server.kill());
    process.env[serviceNames.redis] = server.url;
  }
  for (const name of names.length > 0 ? names : shapeNames) {
    process.stdout.write(`\n== ${name}\n`);
    const begun = performance.now();
    const onsale = await startShape(name, { dataDir: join(folder.path, name), env: {} });
    const { passed, failed } = await runWireTests(name, onsale).finally(() => onsale.stop());
    const seconds = Math.round((performance.now() - begun) / 1_000);
    outcomes.push(`${name.padEnd(10)} ${passed} passed, ${failed} failed in ${seconds} s\n`);
    if (failed === 0) continue;
    process.exitCode = 1;
    process.stdout.write(`\nWhat its processes said at last:\n${onsale.said().slice(-20_000)}\n`);
  }
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.stdout.write(`\n${outcomes.join('')}`);
