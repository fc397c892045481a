import type { Check } from './check.ts';

/**
 * I7. A purchase is acknowledged once its history says that it was paid; idempotency keys remember who asked. (What buyers
 * were answered over the wire, `onsale simulate` remembers outside and asks for again.)
 */
export const acknowledgedSurvives: readonly Check[] = [
  {
    invariant: 'I7',
    name: 'asked-for-booking-exists',
    claim: 'Every purchase that was asked for under a key still has its booking, and one answered 201 was paid',
    // For a moment a key may name a booking that lost against another of its reservation: the minute lets it pass.
    sql: `
      SELECT k.scope, k.key, k.booking_id AS "bookingId", k.status AS answered, k.facts IS NOT NULL AS declined,
        b.status AS "bookingStatus"
      FROM idempotency_keys k LEFT JOIN bookings b USING (booking_id)
      WHERE (b.booking_id IS NULL AND (k.status IS NOT NULL OR k.facts IS NOT NULL OR k.created_at < now() - interval '1 minute'))
        OR (k.status = 201 AND b.status NOT IN ('completed', 'cancelled', 'needs_review'))`,
  },
  {
    invariant: 'I7',
    name: 'paid-tickets-exist',
    claim: 'Every purchase that was paid still has all its tickets, with the numbers in its history',
    sql: `
      WITH booked AS (
        SELECT 'booking-' || booking_id AS stream, array_agg(ticket_number) AS numbers FROM tickets WHERE booking_id IS NOT NULL GROUP BY booking_id
      ), paid AS MATERIALIZED (
        SELECT stream, data -> 'ticketNumbers' AS numbers FROM event_store WHERE type = 'PaymentCompleted'
      )
      SELECT substr(paid.stream, 9) AS "bookingId", json_array_length(paid.numbers) AS issued,
        (SELECT count(*) FROM json_array_elements_text(paid.numbers) AS number WHERE number = ANY (booked.numbers)) AS found
      FROM paid LEFT JOIN booked USING (stream)
      WHERE (SELECT bool_and(number = ANY (booked.numbers)) FROM json_array_elements_text(paid.numbers) AS number) IS NOT TRUE`,
  },
];
