import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RehearsalResult } from '../../src/cli/simulate/result.ts';
import type { Verification } from '../../src/features/verify/index.ts';
import { invariants } from '../../src/features/verify/index.ts';
import { openDatabase } from '../../src/platform/postgres/database.ts';
import { embeddedConnection } from '../../src/platform/postgres/embedded-server.ts';
import { finishOnsale, freshDataDir, runOnsale, serveOnsale } from '../support/onsale-process.ts';

// Everyone leaves soon: holds that outlast the rehearsal are given back by hand.
const brief = ['--duration', '1s', '--tail', '1s', '--speed', '50', '--seed', '7'];

test('verify and simulate work beside a running server, and verify finds what was broken behind its back', async () => {
  const dataDir = await freshDataDir();
  const server = await serveOnsale(dataDir);
  const clean = await finishOnsale(['verify', '--data-dir', dataDir]);
  assert.equal(clean.code, 0, clean.stderr);
  assert.match(clean.stdout, /Clean: every promise holds/);
  assert.equal(clean.stdout.match(/^I\d+ +ok/gm)?.length, Object.keys(invariants).length);

  const rehearsed = await finishOnsale([
    ...['simulate', '--url', server.url, '--event', '2', '--buyers', '40', '--data-dir', dataDir, '--json'],
    ...brief,
  ]);
  assert.equal(rehearsed.code, 0, rehearsed.stderr);
  const result = JSON.parse(rehearsed.stdout) as RehearsalResult;
  assert.equal(result.totals.arrivals, 40);
  assert(result.totals.purchases > 0 && result.verification?.clean === true);

  const watching = runOnsale(['verify', '--watch', '0.1', '--data-dir', dataDir]);
  await new Promise<void>((seen) => {
    watching.child.stdout!.on('data', () => {
      if ((watching.stdout().match(/Clean/g)?.length ?? 0) >= 2) seen();
    });
  });
  watching.child.kill('SIGINT');
  assert.equal(await watching.exited, 0, watching.stderr());

  const database = openDatabase((await embeddedConnection(join(dataDir, 'postgres')))!, 1);
  await database.bypassingRls.query('UPDATE events SET available_capacity = available_capacity - 1 WHERE event_id = 2');
  await database.close();
  const broken = await finishOnsale(['verify', '--data-dir', dataDir]);
  assert.equal(broken.code, 1, broken.stderr);
  assert.match(broken.stdout, /I10 VIOLATED.*\(1 fault\)\n +event-counters-follow-tickets: 1\..*\n +eventId=2 /);
  assert.equal(await server.stop(), 0);

  const stopped = await finishOnsale(['verify', '--json', '--data-dir', dataDir]);
  assert.equal(stopped.code, 1, stopped.stderr);
  const verification = JSON.parse(stopped.stdout) as Verification;
  const faults = verification.findings.filter(({ count }) => count > 0).map(({ name }) => name);
  assert.deepEqual(faults, ['event-counters-follow-tickets']);
});

test('simulate without an address rehearses on a server of its own, also by its pages, and draws a report', async () => {
  const report = `${await freshDataDir()}.html`;
  const history = `${await freshDataDir()}.jsonl`;
  const run = await finishOnsale([
    'simulate',
    '--buyers',
    '60',
    '--by-page',
    '50%',
    '--json',
    '--report',
    report,
    '--history',
    history,
    ...brief,
  ]);
  assert.equal(run.code, 0, run.stderr);
  const result = JSON.parse(run.stdout) as RehearsalResult;
  const loaded = new Map(result.pages.map(({ step, count, bytes }) => [step, { count, bytes }]));
  const pages = loaded.get('GET /e/{id}')!;
  assert(pages.count > 10 && pages.count < 60 && pages.bytes > 10_000, JSON.stringify(pages));
  for (const step of ['scripts', 'live channel', 'GET /pay/{id}', 'pay page: booking']) assert(loaded.has(step), step);
  assert.equal(result.show.capacity, 108);
  assert.equal(result.verification?.clean, true);
  assert(result.checks.every(({ count }) => count === 0));
  assert.equal(result.verification?.looked.tickets, 108);
  assert((await readFile(report, 'utf8')).includes('<svg'));
  // What its buyers heard can be looked at again, and what they cannot have heard of one shop is found.
  const noted = await readFile(history, 'utf8');
  const explained = await finishOnsale(['simulate', '--check-history', history]);
  assert.deepEqual([explained.code, explained.stderr], [0, '']);
  assert.match(explained.stdout, /^\d+ calls about \d+ places, 0 faults\.\nOne shop can have answered all of it\.\n$/);
  const sale = noted.split('\n').find((line) => /"kind":"buy".*"said":"done"/.test(line))!;
  const again = JSON.parse(sale);
  const [from, until] = [again.until + 1, again.until + 2];
  const stolen = JSON.stringify({ ...again, client: 'thief', hold: 'RES_stolen', kind: 'hold', from, until });
  await writeFile(history, `${noted}${stolen}\n`);
  const refused = await finishOnsale(['simulate', '--check-history', history]);
  assert.equal(refused.code, 1, refused.stdout);
  assert.match(refused.stdout, /none of these can be true:\n.*\(RES_stolen\)/);
});

test('what cannot be checked is said in one line, with exit code 2', async () => {
  const nothing = await finishOnsale(['verify', '--data-dir', await freshDataDir()]);
  assert.equal(nothing.code, 2);
  assert.match(nothing.stderr, /^Could not verify: There is no data in .*\n$/);
  assert.equal((await finishOnsale(['verify', '--watch', 'often'])).code, 2);
  assert.equal((await finishOnsale(['simulate', '--buyers', 'none'])).code, 2);
  assert.equal((await finishOnsale(['simulate', '--check-history'])).code, 2);
  const noHistory = await finishOnsale(['simulate', '--check-history', 'package.json']);
  assert.deepEqual([noHistory.code, noHistory.stderr], [1, 'package.json: line 1 is no line of a history.\n']);
});
