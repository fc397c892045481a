/** How far the server's clock is ahead of the one here, in milliseconds; null: no answer has said it yet. */
let aheadMs: number | null = null;

/**
 * Takes note of a moment that the server has named just now. An answer was on its way, or lay in a cache: it can only make the
 * server's clock look slower than it is, so the largest difference is the nearest.
 */
export function noteServerTime(moment: string | null, now = Date.now()): void {
  const ahead = moment === null ? Number.NaN : Date.parse(moment) - now;
  if (Number.isNaN(ahead)) return;
  if (aheadMs === null || ahead > aheadMs) aheadMs = ahead;
}

/** The server's time now, as far as it is known; whoever's clock is wrong counts rightly with it. */
export function serverNow(now = Date.now()): number {
  return now + (aheadMs ?? 0);
}
