import type { Check } from './check.ts';

/** I3. The ledger ends holds; the database shows what became of them. */
export const holdsEndOnce: readonly Check[] = [
  {
    invariant: 'I3',
    name: 'reservation-converted-once',
    claim: 'A reservation has at most one booking that did not fail',
    sql: `
      SELECT reservation_id AS "reservationId", array_agg(booking_id ORDER BY booking_id) AS "bookingIds",
        array_agg(status ORDER BY booking_id) AS statuses
      FROM bookings WHERE status NOT IN ('failed', 'expired') GROUP BY reservation_id HAVING count(*) > 1`,
  },
  {
    invariant: 'I3',
    name: 'reservation-paid-once',
    claim: 'The history pays for no reservation twice',
    sql: `
      SELECT created.data ->> 'reservationId' AS "reservationId", array_agg(created.stream ORDER BY created.stream) AS streams
      FROM event_store created
      JOIN event_store paid ON paid.stream = created.stream AND paid.type = 'PaymentCompleted'
      WHERE created.type = 'BookingCreated'
      GROUP BY 1 HAVING count(DISTINCT created.stream) > 1`,
  },
  {
    invariant: 'I3',
    name: 'one-live-hold-per-place',
    claim: 'No place is under two holds that are still running (one that was bought has ended)',
    sql: `
      SELECT event_id AS "eventId", place_no::int AS "placeNo", array_agg(reservation_id ORDER BY reservation_id) AS "reservationIds"
      FROM hold_journal h, json_array_elements_text(hold -> 'placeNos') AS place_no
      WHERE expires_at > now() AND NOT EXISTS (
        SELECT FROM bookings b WHERE b.reservation_id = h.reservation_id AND b.holds_reservation
          AND b.status NOT IN ('pending', 'awaiting_payment'))
      GROUP BY event_id, place_no HAVING count(*) > 1`,
  },
];
