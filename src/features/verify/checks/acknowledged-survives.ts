import type { Check } from './check.ts';

/**
 * I7. The answers that were kept under idempotency keys are what buyers were told; each must still be true. (What a
 * buyer was told over the wire, `onsale simulate` remembers outside and asks for again.)
 */
export const acknowledgedSurvives: readonly Check[] = [
  {
    invariant: 'I7',
    name: 'acknowledged-booking-exists',
    claim: 'Every purchase answered 201 has its booking, paid',
    sql: `
      SELECT k.scope, k.key, k.booking_id AS "bookingId", b.status AS "bookingStatus"
      FROM idempotency_keys k LEFT JOIN bookings b USING (booking_id)
      WHERE k.status = 201 AND (b.status IS NULL OR b.status NOT IN ('completed', 'cancelled', 'needs_review'))`,
  },
  {
    invariant: 'I7',
    name: 'acknowledged-tickets-exist',
    claim: 'Every ticket of a purchase answered 201 still exists with the number that was told',
    sql: `
      SELECT k.booking_id AS "bookingId", ticket_id AS "ticketId", t.status AS "ticketStatus", t.ticket_number AS "ticketNumber"
      FROM idempotency_keys k JOIN bookings b USING (booking_id) CROSS JOIN unnest(b.ticket_ids) AS ticket_id
      LEFT JOIN tickets t USING (ticket_id)
      WHERE k.status = 201 AND b.status = 'completed' AND (t.ticket_number IS NULL OR strpos(k.body, ticket_id::text) = 0
        OR strpos(k.body, t.ticket_number) = 0)`,
  },
];
