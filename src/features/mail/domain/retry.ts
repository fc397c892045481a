const firstRetryMs = 30_000;
const retryMsMax = 3_600_000;
/** A mail that nobody took for so long is given up: what it says has aged. */
const patienceMs = 3 * 24 * 3_600_000;

/**
 * How long to wait after the n-th failed attempt: 30 s, a minute, two … an hour at most; null once the mail is three days
 * old.
 */
export function retryAfterMs(attemptCount: number, ageMs: number): number | null {
  if (ageMs >= patienceMs) return null;
  return Math.min(firstRetryMs * 2 ** Math.min(attemptCount - 1, 20), retryMsMax);
}
