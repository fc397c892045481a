import type { Tally } from '../../kernel/attempt-limits.ts';
import { type Queryable, sqlState } from '../postgres/database.ts';

// Nearly all who try something have nothing else counted: no failure, no other attempt under way. Their attempts begin and end by one
// statement each, without a transaction that reads first. Of whom something is, nothing is written, and the answer says so: they are counted in full.

/** The names that an attempt counts for. */
export interface LoneAttempt {
  readonly names: readonly {
    readonly key: Buffer;
    /** What is counted of the name by this attempt alone; null: nothing. */
    readonly tally: Tally | null;
  }[];
}

/** No two of the attempts may have a name in common. Answers of each whether it was counted: as a whole, or not at all. */
type Write = (database: Queryable, attempts: readonly LoneAttempt[]) => Promise<readonly boolean[]>;

/**
 * What PostgreSQL says where an attempt would have been counted by some of its names and not by all, since another process counted one of
 * them in the same moment. Nothing of the statement stays.
 */
const divisionByZero = '22012';

const names = `names AS MATERIALIZED (
      SELECT * FROM unnest($1::bytea[], $2::int[], $3::int[], $4::int[], $5::timestamptz[])
        AS n (key, attempt, failures, under_way, ends_at))`;
const wanted = `wanted AS MATERIALIZED (
      SELECT * FROM names WHERE ends_at IS NOT NULL AND attempt NOT IN (SELECT attempt FROM others) ORDER BY key)`;
const answer = `SELECT coalesce((SELECT array_agg(attempt) FROM others), '{}') AS others,
      1 / (CASE WHEN (SELECT count(*) FROM written) = (SELECT count(*) FROM wanted) THEN 1 ELSE 0 END) AS "isWhole"`;

const begin = {
  name: 'begin-lone-attempts',
  text: `WITH ${names},
    others AS MATERIALIZED (SELECT DISTINCT attempt FROM names JOIN attempt_counts USING (key)),
    ${wanted},
    written AS (
      INSERT INTO attempt_counts (key, failures, under_way, ends_at)
      SELECT key, failures, under_way, ends_at FROM wanted ON CONFLICT (key) DO NOTHING RETURNING key)
    ${answer}`,
};

const end = {
  name: 'end-lone-attempts',
  text: `WITH ${names},
    others AS MATERIALIZED (
      SELECT DISTINCT n.attempt FROM names n LEFT JOIN attempt_counts c USING (key)
      WHERE (c.failures, c.under_way, c.ends_at) IS DISTINCT FROM
        (CASE WHEN n.ends_at IS NOT NULL THEN n.failures END, CASE WHEN n.ends_at IS NOT NULL THEN n.under_way END, n.ends_at)),
    ${wanted},
    -- In the order in which everybody locks them.
    locked AS MATERIALIZED (
      SELECT c.key FROM attempt_counts c JOIN wanted w USING (key)
      WHERE (c.failures, c.under_way, c.ends_at) = (w.failures, w.under_way, w.ends_at) ORDER BY c.key FOR UPDATE OF c),
    written AS (DELETE FROM attempt_counts WHERE key IN (SELECT key FROM locked) RETURNING key)
    ${answer}`,
};

const writeBy =
  (statement: typeof begin): Write =>
  async (database, attempts) => {
    const all = attempts.flatMap((one, attempt) => one.names.map((name) => ({ ...name, attempt })));
    if (all.length === 0) return attempts.map(() => true);
    try {
      const [row] = await database.query<{ others: readonly number[] }>(statement, [
        all.map(({ key }) => key),
        all.map(({ attempt }) => attempt),
        all.map(({ tally }) => tally?.failures ?? 0),
        all.map(({ tally }) => tally?.underWay ?? 0),
        all.map(({ tally }) => tally && new Date(tally.endsAt)),
      ]);
      const others = new Set(row!.others);
      return attempts.map((_, attempt) => !others.has(attempt));
    } catch (error) {
      if (sqlState(error) !== divisionByZero) throw error;
      return attempts.map(() => false);
    }
  };

/** Counts attempts that begin, of whom nothing is counted under any of their names. */
export const beginLoneAttempts = writeBy(begin);

/** Takes back the counts of attempts that have ended well, of whom nothing else is counted under any of their names. */
export const endLoneAttempts = writeBy(end);
