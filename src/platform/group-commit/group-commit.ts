import type { Clock } from '../clock/clock.ts';
import { DiskFull, sqlState, Unavailable } from '../postgres/database.ts';

/** What a batch may hold at most: more only makes each member wait longer. */
export const batchCountMax = 500;

/** More than this many do not wait: a quarter of a second's work. The rest is to come back later. */
const waitingCountMax = 2_000;

/** So many commands wait already that this one was turned away, unwritten. */
export class TooManyWaiting extends Unavailable {}

export interface GroupCommit<Command, Result> {
  /**
   * Hands in a command and waits until the commit that holds it has returned. Throws what its execution threw, or
   * {@link TooManyWaiting} at once when more than `waitingMax` commands wait.
   */
  submit(command: Command): Promise<Result>;
  /** Resolves when what was handed in until now is written, or has failed. */
  written(): Promise<void>;
  /** Resolves when nothing waits or runs. */
  drain(): Promise<void>;
}

export interface GroupCommitParts<Command, Result> {
  /**
   * Executes all commands in one transaction and answers their results in the same order. Must be safe to run again
   * for a command whose commit's outcome is unknown: it then answers what already happened.
   */
  readonly execute: (commands: readonly Command[]) => Promise<readonly Result[]>;
  readonly waitingMax?: number;
  readonly onBatch?: (size: number, seconds: number) => void;
  readonly clock: Clock;
}

/** How long to wait before running a batch again whose connection broke or that lost a deadlock. */
const retryPausesMs = [20, 200, 1_000];
/** What failed later than this is not run again: its members have waited long enough, and may come back themselves. */
const retryWithinMs = 1_000;

interface Waiting<Command, Result> {
  readonly command: Command;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

const nothingToReport = (): void => {};

/**
 * Commands that arrive together are written together. There is no timer: a batch leaves as soon as the previous commit
 * has returned, so an idle system answers one command at once and a busy one makes its batches as large as its commits
 * are slow (measured with the design: a timer only adds its own delay).
 *
 * The next batch leaves before the members of the last one get their results, so that PostgreSQL works while this process goes on
 * with them: a tenth less CPU per purchase and a tenth more purchases in paired rounds, none of them slower.
 *
 * A batch that fails because of its data (not because PostgreSQL is away) is run again one by one: a poisonous command
 * fails alone. Where the connection broke and the outcome of the COMMIT is unknown, the batch is run again as it is, and
 * `execute` must recognise what is already there.
 */
export function createGroupCommit<Command, Result>(
  parts: GroupCommitParts<Command, Result>,
): GroupCommit<Command, Result> {
  const { execute, clock, onBatch, waitingMax = waitingCountMax } = parts;
  let waiting: Waiting<Command, Result>[] = [];
  let running = false;
  let idle: (() => void)[] = [];
  /** Of what was handed in last: batches leave in the order in which their members came. */
  let last: Promise<unknown> = Promise.resolve();

  async function flush(): Promise<void> {
    let report = nothingToReport;
    for (let batch = takeBatch(); batch.length > 0; batch = takeBatch()) {
      const committed = commit(batch);
      if (report !== nothingToReport) {
        // A turn of the event loop, so that the batch has left for PostgreSQL before anything else is done.
        await new Promise<void>((done) => setImmediate(done));
        report();
      }
      report = await committed;
    }
    report();
    running = false;
    for (const wake of idle) wake();
    idle = [];
  }

  function takeBatch(): readonly Waiting<Command, Result>[] {
    const batch = waiting.length <= batchCountMax ? waiting : waiting.slice(0, batchCountMax);
    waiting = waiting.length <= batchCountMax ? [] : waiting.slice(batchCountMax);
    return batch;
  }

  /** Commits a batch and answers the function that hands its members their results. Never rejects. */
  async function commit(batch: readonly Waiting<Command, Result>[]): Promise<() => void> {
    const startedAt = clock.measure();
    const report = await committed(batch);
    onBatch?.(batch.length, (clock.measure() - startedAt) / 1000);
    return report;
  }

  async function committed(batch: readonly Waiting<Command, Result>[]): Promise<() => void> {
    try {
      const results = await executeWithRetries(batch.map((one) => one.command));
      return () => batch.forEach((one, i) => void one.resolve(results[i]!));
    } catch (error) {
      if (batch.length === 1 || error instanceof Unavailable)
        return () => batch.forEach((one) => void one.reject(error));
      await commitOneByOne(batch);
      return nothingToReport;
    }
  }

  /** If PostgreSQL goes away meanwhile, the rest hears so at once instead of waiting for its own retries in turn. */
  async function commitOneByOne(batch: readonly Waiting<Command, Result>[]): Promise<void> {
    let gone: Unavailable | undefined;
    for (const { command, resolve, reject } of batch) {
      if (gone) {
        reject(gone);
        continue;
      }
      try {
        const [result] = await executeWithRetries([command]);
        resolve(result!);
      } catch (error) {
        if (error instanceof Unavailable) gone = error;
        reject(error);
      }
    }
  }

  /**
   * Tries again what may succeed a moment later. Once an answer was lost the commands may have been written: whatever another
   * try of them hears, their outcome is not known then.
   */
  async function executeWithRetries(commands: readonly Command[]): Promise<readonly Result[]> {
    const startedAt = clock.measure();
    let lost: Unavailable | undefined;
    for (let tries = 0; ; tries++) {
      try {
        return await execute(commands);
      } catch (error) {
        if (error instanceof Unavailable && !(error instanceof DiskFull)) lost ??= error;
        const mayRetry = error instanceof Unavailable || isTransient(error);
        const pauseMs = retryPausesMs[tries];
        if (!mayRetry || pauseMs === undefined || clock.measure() - startedAt > retryWithinMs) throw lost ?? error;
        await new Promise<void>((done) => void clock.after(pauseMs, done));
      }
    }
  }

  return {
    submit(command) {
      if (waiting.length >= waitingMax)
        return Promise.reject(new TooManyWaiting('Too many commands wait for a commit'));
      const result = new Promise<Result>((resolve, reject) => {
        waiting.push({ command, resolve, reject });
        if (running) return;
        running = true;
        // Whatever else arrived in this turn of the event loop joins the first batch.
        setImmediate(flush);
      });
      last = result;
      return result;
    },
    written: () => last.then(nothingToReport, nothingToReport),
    drain: () => (running ? new Promise<void>((done) => idle.push(done)) : Promise.resolve()),
  };
}

/** Deadlock, serialization failure, lock timeout: the same statement may succeed a moment later. */
function isTransient(error: unknown): boolean {
  return ['40P01', '40001', '55P03'].includes(sqlState(error) ?? '');
}
