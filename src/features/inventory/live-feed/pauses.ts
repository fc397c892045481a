import type { RandomBytes } from '../../../kernel/ids.ts';

const firstMs = 50;
const longestMs = 2_000;

/** How long to wait after so many attempts in vain: longer each time, and everybody differently, so that not all come back at once. */
export function pauseMs(failures: number, random: RandomBytes): number {
  const ms = Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10));
  return ms * (0.5 + random(1)[0]! / 510);
}
