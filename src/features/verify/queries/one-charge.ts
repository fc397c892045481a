import type { Check } from './check.ts';

/** I5. */
export const oneCharge: readonly Check[] = [
  {
    invariant: 'I5',
    name: 'one-charge-per-booking',
    claim: 'No booking was charged twice, unless one of the charges is being given back',
    sql: `
      SELECT booking_id AS "bookingId", array_agg(payment_id ORDER BY payment_id) AS "paymentIds", sum(amount_minor) AS "capturedMinor"
      FROM payments p WHERE state = 'captured'
        AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.payment_id AND r.amount_minor = p.amount_minor)
      GROUP BY booking_id HAVING count(DISTINCT payment_id) > 1`,
  },
  {
    invariant: 'I5',
    name: 'one-charge-per-reservation',
    claim: 'No reservation was charged twice through several bookings',
    sql: `
      SELECT b.reservation_id AS "reservationId", array_agg(DISTINCT b.booking_id) AS "bookingIds"
      FROM payments p JOIN bookings b USING (booking_id)
      WHERE p.state = 'captured' AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.payment_id)
      GROUP BY b.reservation_id HAVING count(DISTINCT b.booking_id) > 1`,
  },
  {
    invariant: 'I5',
    name: 'payment-reference-used-once',
    claim: 'A payment reference pays for one booking',
    sql: `
      SELECT organizer_id AS "organizerId", provider, provider_reference AS reference, array_agg(booking_id ORDER BY booking_id) AS "bookingIds"
      FROM payments WHERE state = 'captured' AND provider_reference IS NOT NULL
      GROUP BY organizer_id, provider, provider_reference HAVING count(DISTINCT payment_id) > 1`,
  },
];
