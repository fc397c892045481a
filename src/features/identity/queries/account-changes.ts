import type { Clock } from '../../../platform/clock/clock.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** Read again when older than this, by a job and by requests, without anybody waiting. */
export const changesPollMs = 1_000;
/** Nobody is let in on older knowledge than this: then requests wait until it is read. */
const trustMs = 4_000;
/** A transaction that takes longer than this between its change and its commit could be missed. */
const overlapSeconds = 30;
const accountsMax = 100_000;

export interface AccountChanges {
  /** What must be awaited before {@link countOf} is trusted: nothing, as a rule. */
  upToDate(): Promise<void> | undefined;
  /** Grows with every change of the account that a token issued lately could be out of date by; 0 if there is none. */
  countOf(accountId: string): number;
  /** Reads what changed now: after it our own change is known here. */
  poll(): Promise<void>;
}

/**
 * Follows the table `account_changes`: whose access tokens cannot be trusted without looking, here and in every other
 * process. Kept as long as a token lives; one query a second, however many tokens are about.
 */
export function createAccountChanges(parts: {
  readonly bypassingRls: Queryable;
  readonly clock: Clock;
  readonly tokenLifeMs: number;
  readonly onFailure: (error: unknown) => void;
}): AccountChanges {
  const { bypassingRls, clock, tokenLifeMs, onFailure } = parts;
  const keepMs = tokenLifeMs + 60_000;
  const latest = new Map<string, { count: number; until: number }>();
  /** Change ids of the overlap, which are read more than once, in the order they came. */
  const seen = new Map<number, number>();
  let count = 0;
  /** Too many changes to keep: everybody is looked up again until then. */
  let floor = { count: 0, until: 0 };
  let readAt = Number.NEGATIVE_INFINITY;
  let readUpTo: Date | undefined;
  let reading: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  async function read(): Promise<void> {
    const startedAt = clock.measure();
    const since = readUpTo
      ? `$1::timestamptz - interval '${overlapSeconds} seconds'`
      : `now() - interval '1 millisecond' * $1::float8`;
    const rows = await bypassingRls.query<{ now: Date; changeId: number | null; accountId: string }>(
      `SELECT clock_timestamp() AS now, c.change_id AS "changeId", c.account_id AS "accountId"
       FROM (SELECT 1) one LEFT JOIN account_changes c ON c.changed_at > ${since} ORDER BY c.change_id`,
      [readUpTo ?? keepMs],
    );
    forgetOld(startedAt);
    for (const { changeId, accountId } of rows) {
      if (changeId === null || seen.has(changeId)) continue;
      seen.set(changeId, startedAt);
      note(accountId, startedAt);
    }
    readUpTo = rows[0]!.now;
    readAt = startedAt;
  }

  function note(accountId: string, at: number): void {
    count += 1;
    latest.delete(accountId);
    if (latest.size >= accountsMax) {
      latest.clear();
      floor = { count, until: at + keepMs };
    }
    latest.set(accountId, { count, until: at + keepMs });
  }

  function forgetOld(at: number): void {
    for (const [id, seenAt] of seen) {
      if (seenAt > at - 3 * overlapSeconds * 1000) break;
      seen.delete(id);
    }
    for (const [id, { until }] of latest) {
      if (until > at) break;
      latest.delete(id);
    }
    if (floor.until <= at) floor = { count: 0, until: 0 };
  }

  function start(): Promise<void> {
    reading ??= read().finally(() => {
      reading = undefined;
    });
    return reading;
  }

  return {
    upToDate() {
      const age = clock.measure() - readAt;
      if (age < changesPollMs) return undefined;
      if (age < trustMs) {
        start().catch(onFailure);
        return undefined;
      }
      return start();
    },
    countOf: (accountId) => latest.get(accountId)?.count ?? floor.count,
    poll() {
      // A read under way may have begun before our change was committed.
      if (!reading) return start();
      next ??= reading
        .catch(() => {})
        .then(() => {
          next = undefined;
          return start();
        });
      return next;
    },
  };
}
