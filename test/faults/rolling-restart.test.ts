import assert from 'node:assert/strict';
import { test } from 'node:test';
import { finishOnsale, freshDataDir, serveOnsale } from '../support/onsale-process.ts';
import { startCrowd } from '../support/steady-buyers.ts';
import {
  assertVerified,
  buyKept,
  isDeep,
  makeShows,
  ownerKeyOf,
  say,
  soldOf,
  trialEnv,
  until,
  withLog,
} from './scene.ts';

const restarts = isDeep ? 20 : 4;

test(`workers replaced ${restarts} times while buyers buy: no request fails, holds and purchases stay`, {
  skip: !isDeep && 'npm run test:faults',
}, async () => {
  const dataDir = await freshDataDir();
  const workers = 2;
  const server = await serveOnsale(dataDir, { args: ['--workers', String(workers)], env: trialEnv });
  const { url } = server;
  const eventIds = await makeShows(url, await ownerKeyOf(dataDir), 6, 5_000);
  const crowd = startCrowd({ urlOf: () => url, eventIds, buyers: 4, pauseMs: 30 });
  for (let done = 0; done < restarts; done += workers) {
    const before = crowd.good;
    await until('buyers buy', () => crowd.good > before + 20);
    crowd.slowestSince();
    const startedAt = performance.now();
    const { code, stdout, stderr } = await finishOnsale(['restart', '--data-dir', dataDir]);
    assert.deepEqual([code, stdout, stderr], [0, 'All worker processes are replaced.\n', '']);
    const ms = Math.round(performance.now() - startedAt);
    say(`${workers} workers replaced in ${ms} ms; the slowest request took ${crowd.slowestSince()} ms`);
  }
  const { failed, good, sentAgain, turnedAway, kept, bought } = await crowd.leave();
  say(`${good} requests; sent again: ${sentAgain.kept} on kept connections, ${sentAgain.fresh} on new ones`);
  assert.deepEqual(withLog(failed, server.stderr()), []);
  say(`turned away for a moment: ${turnedAway.length}`);
  // A machine that is too busy for its PostgreSQL says 503 with or without a restart: only a quiet one shows which.
  if (isDeep) assert.deepEqual(withLog(turnedAway, server.stderr()), []);
  await buyKept(url, kept);
  assert.equal(await soldOf(url, eventIds), bought + kept.length);
  await assertVerified(dataDir);
  assert.equal(await server.stop(), 0);
  assert.doesNotMatch(server.stderr(), /request failed|reply\.sent/);
});
