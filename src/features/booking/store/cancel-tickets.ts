import type { InventoryChanged } from '../../../contract/topics.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { appendMessages } from '../../../platform/messages/append-messages.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { Cancelled } from '../domain/booking-changes.ts';

const lockTickets = {
  name: 'booking-lock-tickets',
  text: `SELECT count(*) FROM (
      SELECT 1 FROM tickets WHERE event_id = $1 AND ticket_id = ANY($2::uuid[]) ORDER BY ticket_id FOR UPDATE) AS locked`,
};

// Guarded by the booking, although it is locked: the statement alone must never cancel somebody else's ticket.
const cancelTickets = {
  name: 'booking-cancel-tickets',
  text: `WITH cancelled AS (
      UPDATE tickets SET status = 'Cancelled', reason = $4, version = version + 1, updated_at = $5
      WHERE event_id = $1 AND ticket_id = ANY($2::uuid[]) AND booking_id = $3 AND status IN ('Sold', 'Reserved')
      RETURNING 1)
    SELECT must_equal(count(*), cardinality($2::uuid[]), 'tickets cancelled of booking ' || $3::text) FROM cancelled`,
};

const mintFresh = {
  name: 'booking-mint-fresh',
  text: `WITH fresh AS (
      INSERT INTO tickets (event_id, organizer_id, ticket_id, ticket_type_id, place_no, seat_guid, zone, row_label,
        seat_number, created_at, updated_at)
      SELECT t.event_id, t.organizer_id, f.fresh_id, t.ticket_type_id, t.place_no, t.seat_guid, t.zone, t.row_label,
        t.seat_number, $4, $4
      FROM unnest($2::uuid[], $3::uuid[]) AS f(ticket_id, fresh_id)
      JOIN tickets t ON t.event_id = $1 AND t.ticket_id = f.ticket_id
      RETURNING ticket_type_id
    ), counted AS (
      SELECT ticket_type_id, count(*)::int AS count FROM fresh GROUP BY 1 ORDER BY 1
    ), minted AS (
      UPDATE ticket_types y SET minted_count = y.minted_count + c.count FROM counted c
      WHERE y.ticket_type_id = c.ticket_type_id
    )
    SELECT ticket_type_id AS "ticketTypeId", count AS available FROM counted`,
};

/**
 * Cancels tickets of a booking in the caller's transaction, which has locked the event and then the booking, and puts
 * their places back on sale as fresh tickets, if any were drawn. The first ticket of a place stays what it was: history is
 * never rewritten. Throws if one of them is not the booking's any more.
 */
export async function writeCancelledTickets(
  tx: Queryable,
  target: { readonly bookingId: string; readonly eventId: number; readonly organizerId: number },
  { ticketIds, freshTicketIds }: Cancelled,
  { reason, now }: { readonly reason: string; readonly now: Instant },
): Promise<void> {
  const { bookingId, eventId, organizerId } = target;
  await tx.query(lockTickets, [eventId, ticketIds]);
  await tx.query(cancelTickets, [eventId, ticketIds, bookingId, reason, new Date(now)]);
  if (freshTicketIds.length === 0) return;
  const changes = await tx.query<InventoryChanged['changes'][number]>(mintFresh, [
    eventId,
    ticketIds,
    freshTicketIds,
    new Date(now),
  ]);
  await appendMessages(tx, [{ topic: 'inventory.changed', organizerId, payload: { eventId, changes } }]);
}
