import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

const dayMs = 24 * 3_600_000;
/** Who tried to buy and did not: nobody needs to write to them. */
const failedDays = 30;
const rowsAtOnce = 5_000;
/** A postponed show is ahead: its buyers must still be told when it will be. */
const isOver = `e.status <> 'postponed' AND coalesce(e.ends_at, e.starts_at) < $1`;

/**
 * Retention: forgets contacts, visitors' names and what was typed as a reason `contactDays` after their show was over, and
 * contacts 30 days after a purchase that came to nothing. Answers how many bookings lost theirs.
 */
export async function forgetOldData(
  source: Queryable,
  { contactDays, now }: { readonly contactDays: number; readonly now: Instant },
): Promise<number> {
  const over = new Date(now - contactDays * dayMs);
  const failed = new Date(now - failedDays * dayMs);
  const old = `b.status IN ('failed', 'expired') AND b.updated_at < $2 OR ${isOver}`;
  let forgotten = 0;
  for (;;) {
    const rows = await source.query(
      `DELETE FROM booking_contacts WHERE booking_id IN (
         SELECT c.booking_id FROM booking_contacts c JOIN bookings b USING (booking_id) JOIN events e USING (event_id)
         WHERE ${old} LIMIT ${rowsAtOnce})
       RETURNING 1`,
      [over, failed],
    );
    forgotten += rows.length;
    if (rows.length < rowsAtOnce) break;
  }
  // A name written for a purchase that never came to be has no booking at all.
  await source.query(
    `DELETE FROM ticket_attendees a WHERE written_at < $2 AND NOT EXISTS (
       SELECT FROM bookings b JOIN events e USING (event_id)
       WHERE b.reservation_id = a.reservation_id AND NOT (${isOver}) AND b.holds_reservation)`,
    [over, new Date(now - dayMs)],
  );
  // A text about neither booking nor tickets is as old as it is; one that was typed for a booking which never came to be has none.
  await source.query(
    `DELETE FROM kept_texts k WHERE NOT EXISTS (
       SELECT FROM bookings b JOIN events e USING (event_id) WHERE b.booking_id = k.booking_id AND NOT (${isOver})
       UNION ALL SELECT FROM tickets t JOIN events e USING (event_id) WHERE t.ticket_id = ANY (k.ticket_ids) AND NOT (${isOver}))
     AND (written_at < $1 OR booking_id IS NOT NULL AND written_at < $2
       AND NOT EXISTS (SELECT FROM bookings b WHERE b.booking_id = k.booking_id))`,
    [over, new Date(now - dayMs)],
  );
  return forgotten;
}
