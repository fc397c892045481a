import type { BookingAnswer } from '../../../contract/booking.ts';
import { toIso } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

interface Row extends Omit<BookingAnswer['show'], 'startsAt' | 'doorsAt'> {
  readonly startsAt: Date;
  readonly doorsAt: Date | null;
}

const selectShow = {
  name: 'ordered-show',
  text: `SELECT e.title, e.type, e.status, e.starts_at AS "startsAt", e.doors_at AS "doorsAt", e.time_zone AS "timeZone",
      e.image_url AS "imageUrl", e.asks_attendee_names AS "asksAttendeeNames", v.name AS venue, o.name AS organizer,
      nullif(concat_ws(', ', v.address, nullif(concat_ws(' ', v.postal_code, v.city), '')), '') AS address
    FROM events e JOIN venues v USING (venue_id) JOIN organizers o ON o.organizer_id = e.organizer_id WHERE e.event_id = $1`,
};

/** The show of a booking as its buyer sees it, whoever else may see it. `source` sees its organiser's. */
export async function readOrderedShow(source: Queryable, eventId: number): Promise<BookingAnswer['show']> {
  const [row] = await source.query<Row>(selectShow, [eventId]);
  if (!row) throw new Error(`There is no event ${eventId}`);
  return {
    ...row,
    startsAt: toIso(row.startsAt.getTime()),
    doorsAt: row.doorsAt && toIso(row.doorsAt.getTime()),
  };
}
