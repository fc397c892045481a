import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

const dayMs = 24 * 3_600_000;
/** Who tried to buy and did not: nobody needs to write to them. */
const failedDays = 30;
const rowsAtOnce = 5_000;
/** A postponed show is ahead: its buyers must still be told when it will be. */
const isOver = `e.status <> 'postponed' AND coalesce(e.ends_at, e.starts_at) < $1`;

/**
 * Retention: forgets contacts and visitors' names `contactDays` after their show was over, and 30 days after a purchase
 * that came to nothing. Answers how many bookings lost theirs.
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
  return forgotten;
}
