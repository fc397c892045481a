import type { Clock } from '../clock/clock.ts';
import type { Redis } from './redis.ts';

const askEveryMs = 60_000;

/**
 * One time for all processes of a Redis, in milliseconds: the server's, asked once a minute and carried on by the monotonic clock of this
 * process in between, so that clocks that differ or are set make no difference. Answers at once where it is known; rejects as
 * `Redis.ask` does where it never was.
 */
export function createSharedTime(
  redis: Pick<Redis, 'ask'>,
  clock: Pick<Clock, 'measure'>,
): () => number | Promise<number> {
  let ahead: number | null = null;
  let askAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<number> | null = null;

  async function ask(): Promise<number> {
    const sentAt = clock.measure();
    const [seconds, microseconds] = await redis.ask((client) => client.time());
    const now = clock.measure();
    ahead = Number(seconds) * 1_000 + Number(microseconds) / 1_000 - (sentAt + now) / 2;
    askAt = now + askEveryMs;
    return now + ahead;
  }

  function askOnce(): Promise<number> {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  }

  return () => {
    const measured = clock.measure();
    if (ahead === null) return askOnce();
    // The time that was known goes on meanwhile, and if nobody answers.
    if (measured >= askAt) {
      askAt = measured + askEveryMs;
      askOnce().catch(() => {});
    }
    return measured + ahead;
  };
}
