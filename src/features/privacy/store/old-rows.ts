import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

/** A postponed show is ahead: its buyers must still be notified when it will be. */
const isOver = `e.status <> 'postponed' AND coalesce(e.ends_at, e.starts_at) < $1`;

/**
 * Deletes contacts of bookings whose show was over before `overBefore`, and of purchases that came to nothing before
 * `failedBefore`, at most `countMax`; answers how many.
 */
export async function deleteOldContacts(
  source: Queryable,
  {
    overBefore,
    failedBefore,
    countMax,
  }: { readonly overBefore: Instant; readonly failedBefore: Instant; readonly countMax: number },
): Promise<number> {
  const rows = await source.query(
    `DELETE FROM booking_contacts WHERE booking_id IN (
       SELECT c.booking_id FROM booking_contacts c JOIN bookings b USING (booking_id) JOIN events e USING (event_id)
       WHERE b.status IN ('failed', 'expired') AND b.updated_at < $2 OR ${isOver} LIMIT $3)
     RETURNING 1`,
    [new Date(overBefore), new Date(failedBefore), countMax],
  );
  return rows.length;
}

/**
 * Deletes names of visitors of shows that were over before `overBefore`. A name written for a purchase that never came to be has
 * no booking at all: it goes if it was written before `writtenBefore`.
 */
export async function deleteOldAttendees(
  source: Queryable,
  { overBefore, writtenBefore }: { readonly overBefore: Instant; readonly writtenBefore: Instant },
): Promise<void> {
  await source.query(
    `DELETE FROM ticket_attendees a WHERE written_at < $2 AND NOT EXISTS (
       SELECT FROM bookings b JOIN events e USING (event_id)
       WHERE b.reservation_id = a.reservation_id AND NOT (${isOver}) AND b.holds_reservation)`,
    [new Date(overBefore), new Date(writtenBefore)],
  );
}

/**
 * Deletes texts about bookings and tickets whose show was over before `overBefore`. A text about neither is as old as it is; one
 * that was typed for a booking which never came to be has none, and goes if it was written before `writtenBefore`.
 */
export async function deleteOldTexts(
  source: Queryable,
  { overBefore, writtenBefore }: { readonly overBefore: Instant; readonly writtenBefore: Instant },
): Promise<void> {
  await source.query(
    `DELETE FROM kept_texts k WHERE NOT EXISTS (
       SELECT FROM bookings b JOIN events e USING (event_id) WHERE b.booking_id = k.booking_id AND NOT (${isOver})
       UNION ALL SELECT FROM tickets t JOIN events e USING (event_id) WHERE t.ticket_id = ANY (k.ticket_ids) AND NOT (${isOver}))
     AND (written_at < $1 OR booking_id IS NOT NULL AND written_at < $2
       AND NOT EXISTS (SELECT FROM bookings b WHERE b.booking_id = k.booking_id))`,
    [new Date(overBefore), new Date(writtenBefore)],
  );
}
