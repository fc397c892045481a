import type { Clock } from '../clock/clock.ts';
import { inTime } from '../clock/in-time.ts';

/** A server that this process uses. */
export interface AskedService {
  /** By which operators know it: `postgres`, `redis cache`. */
  readonly name: string;
  /** Asks for a sign of life by the way that requests go, waiting for a connection included. Rejects where there is none. */
  readonly ping: () => Promise<unknown>;
}

/** Whoever asks for health gives up after two seconds; a server that took longer than this is as good as away. */
const patienceMs = 1_500;

/** How long each takes to give a sign of life, in milliseconds; null: none, or not in time. Asks all at once, and never throws. */
export async function measureLatencies(
  services: readonly AskedService[],
  clock: Pick<Clock, 'after' | 'measure'>,
): Promise<Record<string, number | null>> {
  const measured = services.map(async ({ name, ping }) => {
    const began = clock.measure();
    const asked = ping().then(() => Math.round((clock.measure() - began) * 100) / 100);
    return [name, await inTime(asked, patienceMs, clock)] as const;
  });
  return Object.fromEntries(await Promise.all(measured));
}
