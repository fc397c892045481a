import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createTestDatabase } from '../../../test/support/database.ts';
import { systemClock } from '../clock/clock.ts';
import type { Job } from '../scheduler/run-jobs.ts';
import { createJobTurns } from './postgres-job-turns.ts';

const { database } = await createTestDatabase();

function process(id: string, name: string) {
  const ran: string[] = [];
  let later = 0;
  const clock = { ...systemClock, measure: () => systemClock.measure() + later };
  const once = createJobTurns({ bypassingRls: database.bypassingRls, processId: () => id, clock });
  const job: Job = { name, runs: 'once in the cluster', everyMs: 1, run: async () => void ran.push(id) };
  return { job: once(job), ran, wait: (ms: number) => (later += ms) };
}

const a = '00000000-0000-4000-8000-00000000000a';
const b = '00000000-0000-4000-8000-00000000000b';

test('of several processes one runs the job, again and again', async () => {
  const one = process(a, 'once');
  const other = process(b, 'once');
  for (let turn = 0; turn < 3; turn++) await Promise.all([one.job.run(), other.job.run()]);
  assert.equal(one.ran.length + other.ran.length, 3);
  assert(one.ran.length === 0 || other.ran.length === 0);
});

test('another takes it up when the turn of the one before is over', async () => {
  const one = process(a, 'taken up');
  const other = process(b, 'taken up');
  await one.job.run();
  await other.job.run();
  assert.equal(other.ran.length, 0);
  await database.query(`UPDATE job_turns SET until = now() - interval '1 ms' WHERE name = 'taken up'`);
  await other.job.run();
  assert.equal(other.ran.length, 1);
  // The first believes in its turn until it looks again.
  one.wait(5_000);
  await one.job.run();
  assert.equal(one.ran.length, 1);
});
