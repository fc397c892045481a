import type { Check } from './check.ts';

/** I1. The unique index and the guarded updates see to it; these queries do not trust them. */
export const oneSalePerPlace: readonly Check[] = [
  {
    invariant: 'I1',
    name: 'one-live-ticket-per-place',
    claim: 'No place has two tickets that are not cancelled',
    sql: `
      SELECT event_id AS "eventId", place_no AS "placeNo", count(*) AS tickets,
        count(*) FILTER (WHERE status = 'Sold') AS sold, (array_agg(ticket_id ORDER BY ticket_id))[1:5] AS "ticketIds"
      FROM tickets WHERE status <> 'Cancelled' GROUP BY event_id, place_no HAVING count(*) > 1`,
  },
  {
    invariant: 'I1',
    name: 'one-sale-per-ticket',
    claim: 'No ticket is in two bookings that have, had or await its money',
    // A cancelled booking's ticket is cancelled with it, and a fresh ticket takes the place: so history counts too.
    sql: `
      SELECT ticket_id AS "ticketId", array_agg(booking_id ORDER BY booking_id) AS "bookingIds"
      FROM bookings b, unnest(b.ticket_ids) AS ticket_id
      WHERE b.status IN ('pending', 'awaiting_payment', 'completed', 'needs_review') OR b.transaction_id IS NOT NULL
      GROUP BY ticket_id HAVING count(*) > 1`,
  },
  {
    invariant: 'I1',
    name: 'sold-ticket-has-a-completed-booking',
    claim: 'Every ticket sold with a booking is listed in it, and that booking was paid',
    sql: `
      SELECT t.ticket_id AS "ticketId", t.event_id AS "eventId", t.booking_id AS "bookingId", b.status AS "bookingStatus"
      FROM tickets t LEFT JOIN bookings b USING (booking_id)
      WHERE t.status = 'Sold' AND t.booking_id IS NOT NULL
        AND (b.status IS NULL OR b.status NOT IN ('completed', 'needs_review') OR NOT t.ticket_id = ANY (b.ticket_ids))`,
  },
  {
    invariant: 'I1',
    name: 'ticket-numbers-differ',
    claim: 'No two tickets carry the same number',
    sql: `
      SELECT ticket_number AS "ticketNumber", count(*) AS tickets, (array_agg(ticket_id))[1:5] AS "ticketIds"
      FROM tickets WHERE ticket_number IS NOT NULL GROUP BY ticket_number HAVING count(*) > 1`,
  },
];
