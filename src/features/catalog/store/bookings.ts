import type { Queryable } from '../../../platform/postgres/database.ts';

/** Whether there was ever a booking, whatever became of it, of the event or of one of its ticket types. */
export async function hasBookings(
  tx: Queryable,
  { eventId, ticketTypeId }: { eventId: number; ticketTypeId: number | null },
): Promise<boolean> {
  const [row] = await tx.query<{ found: boolean }>(
    `SELECT EXISTS (
       SELECT FROM bookings b WHERE b.event_id = $1 AND ($2::int IS NULL OR EXISTS (
         SELECT FROM tickets t WHERE t.event_id = $1 AND t.ticket_id = ANY(b.ticket_ids) AND t.ticket_type_id = $2))
     ) OR EXISTS (
       SELECT FROM tickets t WHERE t.event_id = $1 AND ($2::int IS NULL OR t.ticket_type_id = $2)
         AND (t.booking_id IS NOT NULL OR t.status = 'Sold')
     ) AS found`,
    [eventId, ticketTypeId],
  );
  return row!.found;
}
