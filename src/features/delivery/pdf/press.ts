import { Worker } from 'node:worker_threads';
import type { PosterRequest } from '../../../kernel/poster.ts';
import type { Clock } from '../../../platform/clock/clock.ts';
import type { PaperOrder } from '../domain/paper.ts';

/** What a printing thread is asked for. */
export type PressJob = { readonly order: PaperOrder } | { readonly poster: PosterRequest };

/** Whoever comes when so many wait is sent away: ten seconds of work at most lie ahead of anybody. */
const waitingMax = 20;
/** What takes longer is stuck. */
const printMsMax = 60_000;
const memoryMbMax = 256;

/** Too many wait for their papers. */
export class PressBusy extends Error {
  override readonly name = 'PressBusy';
}

/**
 * Prints in a thread of its own, one job after the other: shaping letters takes longer than any sale may wait, and what is odd enough
 * to stop the printer stops nothing else.
 */
export function createPress({ clock }: { readonly clock: Clock }) {
  let worker: Worker | undefined;
  let tail: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let startedAt: number | null = null;
  let wasUsed = false;

  function open(): Worker {
    if (!worker) {
      const opened = new Worker(new URL('./press-worker.ts', import.meta.url), {
        resourceLimits: { maxOldGenerationSizeMb: memoryMbMax },
      });
      opened.unref();
      opened.once('exit', () => {
        if (worker === opened) worker = undefined;
      });
      // Whoever waits for it hears of it; nobody else has to.
      opened.on('error', () => {});
      worker = opened;
    }
    return worker;
  }

  async function close(): Promise<void> {
    const closing = worker;
    worker = undefined;
    await closing?.terminate();
  }

  function printOne(job: PressJob): Promise<Buffer> {
    const used = open();
    startedAt = clock.measure();
    wasUsed = true;
    return new Promise<Buffer>((resolve, reject) => {
      const settle = (end: () => void) => {
        startedAt = null;
        used.off('message', onMessage).off('error', onError).off('exit', onExit);
        end();
      };
      const onMessage = (answer: { printed?: Uint8Array; failure?: string }) =>
        settle(() => (answer.printed ? resolve(Buffer.from(answer.printed)) : reject(new Error(answer.failure))));
      const onError = (error: Error) => settle(() => reject(error));
      const onExit = () => settle(() => reject(new Error('The printing thread ended')));
      used.on('message', onMessage).on('error', onError).on('exit', onExit);
      used.postMessage(job);
    });
  }

  return {
    /** The tickets of an order as a PDF, the poster of a show as a PNG. Throws {@link PressBusy}. */
    async print(job: PressJob): Promise<Buffer> {
      if (waiting >= waitingMax) throw new PressBusy();
      waiting++;
      const printed = tail.then(() => printOne(job));
      tail = printed.catch(() => {});
      try {
        return await printed;
      } finally {
        waiting--;
      }
    },
    /** Ends the thread if nobody has printed since the last time, or if it is stuck. */
    async rest(): Promise<void> {
      const isStuck = startedAt !== null && clock.measure() - startedAt > printMsMax;
      if (isStuck || (startedAt === null && !wasUsed)) await close();
      wasUsed = false;
    },
    close,
  };
}
