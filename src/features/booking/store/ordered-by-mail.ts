import type { Queryable } from '../../../platform/postgres/database.ts';
import type { LinkedBooking } from '../domain/order-link.ts';

/** The paid bookings under one of these spellings of a mail address, newest first, at most `countMax`. */
export function orderedByMail(
  source: Queryable,
  spellings: readonly string[],
  countMax: number,
): Promise<(LinkedBooking & { readonly organizerId: number })[]> {
  return source.query(
    `SELECT b.booking_id AS "bookingId", b.organizer_id AS "organizerId", b.link_version AS "linkVersion"
     FROM booking_contacts c JOIN bookings b USING (booking_id)
     WHERE c.email_key = ANY($1::text[]) AND b.status IN ('completed', 'cancelled', 'needs_review')
     ORDER BY b.booking_id DESC LIMIT $2`,
    [spellings, countMax],
  );
}
