import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** The organiser's shows ahead that do not say themselves whether guests may buy: they follow what it says. */
export async function openAsOrganizer(tx: Queryable, { organizerId, now }: CommandContext): Promise<readonly number[]> {
  const rows = await tx.query<{ eventId: number }>(
    `SELECT event_id AS "eventId" FROM events
     WHERE organizer_id = $1 AND guests IS NULL AND coalesce(ends_at, starts_at) > $2 ORDER BY event_id`,
    [organizerId, new Date(now)],
  );
  return rows.map(({ eventId }) => eventId);
}
