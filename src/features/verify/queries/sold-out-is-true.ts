import type { Check } from './check.ts';

/**
 * I8. Whether the words "sold out" were true when they were said, `onsale simulate` checks from outside. Here: nothing
 * keeps a place from buyers that no one has.
 */
export const soldOutIsTrue: readonly Check[] = [
  {
    invariant: 'I8',
    name: 'no-place-kept-by-an-ended-booking',
    claim: 'No place is kept by a booking that failed, expired, was cancelled or does not exist',
    sql: `
      SELECT t.ticket_id AS "ticketId", t.event_id AS "eventId", t.booking_id AS "bookingId", b.status AS "bookingStatus"
      FROM tickets t LEFT JOIN bookings b USING (booking_id)
      WHERE t.status = 'Reserved' AND t.booking_id IS NOT NULL
        AND (b.status IS NULL OR b.status NOT IN ('pending', 'awaiting_payment', 'needs_review'))`,
  },
  {
    invariant: 'I8',
    name: 'counters-are-possible',
    claim: 'No counter is below zero or above the capacity, and an event’s capacity is that of its types',
    sql: `
      SELECT e.event_id AS "eventId", y.ticket_type_id AS "ticketTypeId", y.available_count AS available, y.capacity
      FROM ticket_types y JOIN events e USING (event_id)
      WHERE y.available_count < 0 OR y.available_count > y.capacity
      UNION ALL
      SELECT e.event_id, NULL, e.available_capacity, e.total_capacity FROM events e
      LEFT JOIN (SELECT event_id, sum(capacity) AS capacity FROM ticket_types GROUP BY event_id) y USING (event_id)
      WHERE e.available_capacity < 0 OR e.available_capacity > e.total_capacity
        OR e.total_capacity <> coalesce(y.capacity, 0)`,
  },
];
