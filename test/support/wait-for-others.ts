import { setTimeout as sleep } from 'node:timers/promises';
import type { Queryable } from '../../src/platform/postgres/database.ts';

/**
 * Waits until whatever transactions run now on the whole server have ended. Test files share a server, and followers of the
 * event store pass on nothing that is newer than the oldest transaction on it: it might be one of their own.
 */
export async function waitForOthers(database: Queryable): Promise<void> {
  const [row] = await database.query<{ next: string }>('SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS next');
  const areThere = 'SELECT pg_snapshot_xmin(pg_current_snapshot()) < $1::text::xid8 AS "areThere"';
  while ((await database.query<{ areThere: boolean }>(areThere, [row!.next]))[0]!.areThere) await sleep(5);
}
