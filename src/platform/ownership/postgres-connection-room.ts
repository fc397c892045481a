import type { Clock } from '../clock/clock.ts';
import type { Transacting } from '../postgres/database.ts';
import { StartRefused } from '../start-refused.ts';
import { leaseMs } from './lease-rows.ts';

const lookEveryMs = 500;

interface Room {
  /** What PostgreSQL takes from this user on this database. */
  readonly limit: number;
  /** What bounds it. */
  readonly bound: string;
  readonly processes: number;
  /** What the processes that live may have, this one not counted. */
  readonly promised: number;
}

async function readRoom(bypassingRls: Transacting): Promise<Room> {
  const [row] = await bypassingRls.query<Room>(
    `WITH bounds (bound, "limit") AS (
       SELECT 'max_connections', current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0)
       UNION ALL SELECT 'CONNECTION LIMIT of the user', rolconnlimit FROM pg_roles
         WHERE rolname = current_user AND rolconnlimit >= 0 AND NOT rolsuper
       UNION ALL SELECT 'CONNECTION LIMIT of the database', datconnlimit FROM pg_database
         WHERE datname = current_database() AND datconnlimit >= 0
     )
     SELECT b.*, p.*
     FROM (SELECT * FROM bounds ORDER BY "limit" LIMIT 1) b,
       (SELECT count(*)::int AS processes, coalesce(sum(connections), 0)::int AS promised
        FROM processes WHERE state <> 'dead' AND until > now()) p`,
  );
  return row!;
}

/**
 * Looks whether PostgreSQL takes as many connections as all living processes of this Onsale and this one may have together: better
 * said now than by purchases that get none on the first busy evening. One that was killed a moment ago counts until its lease is
 * over, so that is waited for. Throws StartRefused with one line.
 */
export async function checkConnectionRoom(
  bypassingRls: Transacting,
  wanted: number,
  clock: Pick<Clock, 'measure' | 'after'>,
): Promise<void> {
  const until = clock.measure() + leaseMs + 2 * lookEveryMs;
  for (;;) {
    const { limit, bound, processes, promised } = await readRoom(bypassingRls);
    if (promised + wanted <= limit) return;
    if (processes > 0 && clock.measure() < until) {
      await new Promise<void>((done) => void clock.after(lookEveryMs, done));
      continue;
    }
    const others =
      processes === 0 ? '' : `; the ${processes} processes of this Onsale that live may have ${promised} of them`;
    throw new StartRefused(
      `${wanted} connections are wanted (DATABASE_CONNECTIONS), but PostgreSQL takes ${limit} (${bound})${others}. Lower the one or raise the other.`,
    );
  }
}
