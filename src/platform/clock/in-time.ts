import type { Clock } from './clock.ts';

/** What is asked for, or null where it fails or does not come within `ms`. Never rejects. */
export async function inTime<T>(asked: Promise<T>, ms: number, clock: Pick<Clock, 'after'>): Promise<T | null> {
  let cancel = () => {};
  const late = new Promise<null>((done) => {
    cancel = clock.after(ms, () => done(null));
  });
  const answer = await Promise.race([asked.catch(() => null), late]);
  cancel();
  return answer;
}
