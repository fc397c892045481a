import type { Clock } from '../clock/clock.ts';

/** Something to do again and again: `everyMs` after the last run ended. */
export interface Job {
  readonly name: string;
  /**
   * Which of the processes of one Onsale run it: those of the role `worker`, of the role `booking`, or all.
   * - `in every process`: it keeps the memory of a process true (keys, accounts, idle ledgers);
   * - `once in the cluster`: it works on the database alone, for everybody, so one process at a time takes it on;
   * - `where the event is owned`: it decides by an event's ledger, so each process does it for the events it owns.
   */
  readonly runs: 'in every process' | 'once in the cluster' | 'where the event is owned';
  readonly everyMs: number;
  /** When it runs for the first time, where that should be sooner: a process that dies often would never come to it. */
  readonly firstAfterMs?: number;
  run(): Promise<void>;
}

/**
 * Runs jobs until stopped. A run that throws is reported to `onFailure` and the job goes on; two runs of one job never
 * overlap. `stop` waits for the runs under way, then runs nothing more.
 */
export function runJobs(parts: {
  readonly jobs: readonly Job[];
  readonly clock: Clock;
  readonly onFailure: (job: string, error: unknown) => void;
  /** Runs that take so long are reported to `onSlow`; none if left out. */
  readonly slowMs?: number;
  readonly onSlow?: (job: string, ms: number) => void;
}): { stop(): Promise<void> } {
  const { jobs, clock, onFailure, slowMs = Number.POSITIVE_INFINITY, onSlow } = parts;
  const cancels = new Map<Job, () => void>();
  const running = new Map<Job, Promise<void>>();
  let stopped = false;

  function schedule(job: Job, afterMs = job.everyMs): void {
    if (stopped) return;
    cancels.set(
      job,
      clock.after(afterMs, () => {
        const run = runOnce(job).finally(() => {
          running.delete(job);
          schedule(job);
        });
        running.set(job, run);
      }),
    );
  }

  async function runOnce(job: Job): Promise<void> {
    const began = clock.measure();
    try {
      await job.run();
    } catch (error) {
      onFailure(job.name, error);
    }
    const ms = Math.round(clock.measure() - began);
    if (ms >= slowMs) onSlow?.(job.name, ms);
  }

  for (const job of jobs) schedule(job, job.firstAfterMs);
  return {
    async stop() {
      stopped = true;
      for (const cancel of cancels.values()) cancel();
      await Promise.all(running.values());
    },
  };
}
