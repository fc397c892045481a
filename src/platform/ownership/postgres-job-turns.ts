import type { Clock } from '../clock/clock.ts';
import type { Transacting } from '../postgres/database.ts';
import type { Job } from '../scheduler/run-jobs.ts';

/** Whoever runs a job has it for so long; dead, another takes it up after that. */
const turnMs = 10_000;
/** It is renewed when less than this is left, and while a run lasts. */
const renewBelowMs = 6_000;
const lookEveryMs = 3_000;

/**
 * Lets one process of several run a job: whoever has its row in `job_turns`, by the clock of the database. A process that
 * stood still may run a job while another has begun it; such jobs work on the database in transactions, so that costs work
 * and nothing else.
 */
export function createJobTurns(parts: {
  readonly bypassingRls: Transacting;
  readonly processId: () => string;
  readonly clock: Pick<Clock, 'measure' | 'after'>;
}): (job: Job) => Job {
  const { bypassingRls, processId, clock } = parts;

  async function take(name: string): Promise<boolean> {
    const values = [name, processId()];
    const until = `now() + ${turnMs} * interval '1 ms'`;
    const taken = await bypassingRls.query(
      {
        name: 'take-job-turn',
        text: `UPDATE job_turns SET process_id = $2, until = ${until} WHERE name = $1 AND (process_id = $2 OR until < now()) RETURNING 1`,
      },
      values,
    );
    if (taken.length > 0) return true;
    const made = await bypassingRls.query(
      {
        name: 'make-job-turn',
        text: `INSERT INTO job_turns (name, process_id, until)
          SELECT $1, $2, ${until} WHERE NOT EXISTS (SELECT FROM job_turns WHERE name = $1) ON CONFLICT DO NOTHING RETURNING 1`,
      },
      values,
    );
    return made.length > 0;
  }

  return (job) => {
    let mineUntil = Number.NEGATIVE_INFINITY;
    async function mayRun(): Promise<boolean> {
      const sentAt = clock.measure();
      if (mineUntil - sentAt > renewBelowMs) return true;
      mineUntil = (await take(job.name)) ? sentAt + turnMs : Number.NEGATIVE_INFINITY;
      return mineUntil > sentAt;
    }
    return {
      ...job,
      async run() {
        if (!(await mayRun())) return;
        let cancel = () => {};
        const renew = () => {
          cancel = clock.after(
            lookEveryMs,
            () =>
              void mayRun()
                .catch(() => {})
                .then(renew),
          );
        };
        renew();
        try {
          await job.run();
        } finally {
          cancel();
        }
      },
    };
  };
}
