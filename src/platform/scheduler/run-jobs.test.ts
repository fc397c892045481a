import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createManualClock } from '../clock/clock.ts';
import { runJobs } from './run-jobs.ts';

const turn = () => new Promise((done) => setImmediate(done));

/** Jobs on a clock that the test moves; `runs` notes when each began. */
function startJobs(run: () => Promise<void>) {
  const clock = createManualClock(0);
  const runs: number[] = [];
  const failures: string[] = [];
  const jobs = runJobs({
    jobs: [
      {
        name: 'sweep',
        runs: 'in every process',
        everyMs: 100,
        run() {
          runs.push(clock.now());
          return run();
        },
      },
    ],
    clock,
    onFailure: (job, error) => failures.push(`${job}: ${(error as Error).message}`),
  });
  const advance = async (byMs: number) => {
    clock.advance(byMs);
    await turn();
  };
  return { jobs, runs, failures, advance };
}

test('a job runs again and again, each time so long after its last run ended', async () => {
  const { runs, advance } = startJobs(async () => {});
  await advance(99);
  assert.deepEqual(runs, []);
  for (const byMs of [1, 100, 100]) await advance(byMs);
  assert.deepEqual(runs, [100, 200, 300]);
});

test('two runs of a job never overlap', async () => {
  const ends: (() => void)[] = [];
  const { runs, advance } = startJobs(() => new Promise((done) => ends.push(done)));
  await advance(100);
  await advance(1_000);
  assert.deepEqual(runs, [100]);
  ends[0]!();
  await turn();
  await advance(100);
  assert.deepEqual(runs, [100, 1_200]);
});

test('a run that throws is reported, and the job goes on', async () => {
  const { runs, failures, advance } = startJobs(() => Promise.reject(new Error('no luck')));
  await advance(100);
  await advance(100);
  assert.deepEqual(runs, [100, 200]);
  assert.deepEqual(failures, ['sweep: no luck', 'sweep: no luck']);
});

test('stop waits for the run under way and runs nothing more', async () => {
  let end = () => {};
  const { jobs, runs, advance } = startJobs(
    () =>
      new Promise((done) => {
        end = done;
      }),
  );
  await advance(100);
  let stopped = false;
  const stop = jobs.stop().then(() => {
    stopped = true;
  });
  await turn();
  assert.equal(stopped, false);
  end();
  await stop;
  await advance(10_000);
  assert.deepEqual(runs, [100]);
});
