import type { Queryable } from '../../../platform/postgres/database.ts';

/** What the picture of a show says. */
export interface PosterShow {
  readonly title: string;
  readonly type: string;
  /** Its date is open while it is postponed. */
  readonly isPostponed: boolean;
  readonly startsAt: number;
  readonly timeZone: string;
  readonly venue: string;
}

/** A show that anybody may see, or null. */
export async function readPosterShow(source: Queryable, eventId: number): Promise<PosterShow | null> {
  const [row] = await source.query<PosterShow>(
    {
      name: 'poster-show',
      text: `SELECT e.title, e.type, e.status = 'postponed' AS "isPostponed", (extract(epoch FROM e.starts_at) * 1000)::float8 AS "startsAt",
          e.time_zone AS "timeZone", v.name AS venue
        FROM events e JOIN venues v USING (venue_id) WHERE e.event_id = $1 AND e.is_active AND e.status <> 'draft'`,
    },
    [eventId],
  );
  return row ?? null;
}
