// npm run test:clusters: the API tests that need only the wire, unchanged, the journeys of the browser and a rehearsal of an on-sale,
// against an Onsale in each way that it can run; then `onsale verify`. Arguments narrow to some of these ways and to some of these parts
// (`roles api`), and after `--` to some files of API tests.
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTemporaryDataFolder } from '../../src/platform/data-folder/temporary-data-folder.ts';
import { startEmbeddedServer } from '../../src/platform/postgres/embedded-server.ts';
import { createUrlClient } from '../support/client.ts';
import { finishOnsale } from '../support/onsale-process.ts';
import { type RunningShape, type ShapeName, serviceNames, shapeNames, startShape } from '../support/shapes.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
/** Some hundreds want more than there is; those who come back too late are not waited for. */
const crowd = { buyers: 150, capacity: 240, duration: '5s', tail: '10s', speed: '4' };

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

/** Runs a program against an Onsale, and shows what it prints; answers that, and how it ended. */
async function runAgainst({ url, ownerKey }: RunningShape, args: readonly string[], env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ONSALE_TEST_URL: url, ONSALE_TEST_KEY: ownerKey, ...env },
  });
  let said = '';
  child.stdout.on('data', (chunk) => {
    process.stdout.write(chunk);
    said = (said + chunk).slice(-1_000_000);
  });
  const code = await new Promise<number>((done) => child.once('exit', (status) => done(status ?? 1)));
  return { said, code };
}

/** Tests that want it set otherwise start one of their own, of the same shape. */
async function runWireTests(shape: ShapeName, onsale: RunningShape): Promise<Counts> {
  const args = [here('../run.ts'), '--by-url', ...files];
  const { said, code } = await runAgainst(onsale, args, { ONSALE_TEST_SHAPE: shape });
  const sum = (word: string) => Number(new RegExp(`^ℹ ${word} (\\d+)$`, 'm').exec(said)?.[1] ?? 0);
  const failed = sum('fail') + sum('cancelled');
  return { passed: sum('pass'), failed: failed === 0 && code !== 0 ? 1 : failed };
}

async function runJourneys(onsale: RunningShape): Promise<Counts> {
  const playwright = here('../../node_modules/@playwright/test/cli.js');
  const args = [playwright, 'test', '--config', here('../browser/playwright.config.ts'), '--grep-invert', '@deep'];
  const { code } = await runAgainst(onsale, args, {});
  const { stats } = JSON.parse(await readFile(here('../../test-results/browser.json'), 'utf8'));
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: failed === 0 && code !== 0 ? 1 : failed };
}

/** A crowd for which a show is too small, and what then holds in PostgreSQL and Redis: a check each. */
async function rehearse({ url, ownerKey, env }: RunningShape): Promise<Counts> {
  const show = {
    ...{ title: 'Rehearsal', venue: 'Arena', startsAt: '2035-06-01T20:00:00Z', currency: 'EUR', status: 'published' },
    ...{ holdMinutes: 1, ticketTypes: [{ name: 'Entry', price: 20, capacity: crowd.capacity }] },
  };
  const made = await createUrlClient(url).send('POST', '/api/events', { authorization: `Bearer ${ownerKey}` }, show);
  if (made.status !== 201) throw new Error(`The show of the rehearsal: ${made.text}`);
  const { buyers, duration, tail, speed } = crowd;
  const where = ['--url', url, '--event', String(made.body.eventId), '--connections', '200'];
  const how = ['--buyers', String(buyers), '--duration', duration, '--tail', tail, '--speed', speed];
  const outcomes = [
    await finishOnsale(['simulate', ...where, ...how], { env }),
    await finishOnsale(['verify'], { env }),
  ];
  for (const { stdout, stderr } of outcomes) process.stdout.write(`${stdout.slice(-6_000)}${stderr}`);
  const failed = outcomes.filter(({ code }) => code !== 0).length;
  return { passed: outcomes.length - failed, failed };
}

/** All that is run against an Onsale, one after the other. */
const parts = {
  api: runWireTests,
  journeys: (_: ShapeName, onsale: RunningShape) => runJourneys(onsale),
  rehearsal: (_: ShapeName, onsale: RunningShape) => rehearse(onsale),
} satisfies Readonly<Record<string, (shape: ShapeName, onsale: RunningShape) => Promise<Counts>>>;
const partNames = Object.keys(parts) as (keyof typeof parts)[];

const asked = process.argv.slice(2);
const end = asked.includes('--') ? asked.indexOf('--') : asked.length;
const [names, files] = [asked.slice(0, end), asked.slice(end + 1)];
const unknown = names.find((name) => ![...shapeNames, ...partNames].includes(name as ShapeName));
if (unknown !== undefined) {
  process.stderr.write(`There is no ${unknown}; there are ${[...shapeNames, ...partNames].join(', ')}.\n`);
  process.exit(2);
}
const narrowed = <Name extends string>(all: readonly Name[]) => {
  const named = all.filter((name) => names.includes(name));
  return named.length > 0 ? named : all;
};

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
  for (const name of narrowed(shapeNames)) {
    process.stdout.write(`\n== ${name}\n`);
    const onsale = await startShape(name, { dataDir: join(folder.path, 'onsale', name), env: {} });
    try {
      for (const part of files.length > 0 ? ['api' as const] : narrowed(partNames)) {
        const begun = performance.now();
        const { passed, failed } = await parts[part](name, onsale);
        const seconds = Math.round((performance.now() - begun) / 1_000);
        // In the words of Node's runner, which .ci/run counts.
        if (part !== 'api') process.stdout.write(`\nℹ pass ${passed}\nℹ fail ${failed}\n`);
        outcomes.push(`${name.padEnd(10)} ${part.padEnd(10)} ${passed} passed, ${failed} failed in ${seconds} s\n`);
        if (failed > 0) process.exitCode = 1;
      }
      if (process.exitCode)
        process.stdout.write(`\nWhat its processes said at last:\n${onsale.said().slice(-20_000)}\n`);
    } finally {
      await onsale.stop();
    }
  }
} finally {
  for (const stop of stops.reverse()) await stop();
}
process.stdout.write(`\n${outcomes.join('')}`);
