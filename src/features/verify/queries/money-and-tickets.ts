import type { Check } from './check.ts';

/** I4. */
export const moneyAndTickets: readonly Check[] = [
  {
    invariant: 'I4',
    name: 'captured-money-has-a-booking',
    claim: 'Captured money belongs to a booking that was paid, or one a person looks at, or is being refunded',
    sql: `
      SELECT p.payment_id AS "paymentId", p.booking_id AS "bookingId", b.status AS "bookingStatus",
        p.amount_minor AS "amountMinor", p.currency
      FROM payments p LEFT JOIN bookings b USING (booking_id)
      WHERE p.state = 'captured' AND (b.status IS NULL OR b.status NOT IN ('completed', 'cancelled', 'needs_review'))
        AND NOT EXISTS (SELECT FROM refunds r WHERE r.payment_id = p.payment_id)`,
  },
  {
    invariant: 'I4',
    name: 'completed-booking-was-paid',
    claim:
      'A completed booking has a captured payment of its amount, or one that is set aside and being taken (a free one needs none)',
    sql: `
      SELECT b.booking_id AS "bookingId", b.total_minor AS "totalMinor", b.currency,
        (SELECT array_agg(p.amount_minor) FROM payments p WHERE p.booking_id = b.booking_id AND p.state = 'captured') AS "capturedMinor"
      FROM bookings b
      LEFT JOIN payments p ON p.booking_id = b.booking_id AND p.state = 'captured' AND p.amount_minor = b.total_minor
        AND p.currency = b.currency
      WHERE b.status = 'completed' AND p.payment_id IS NULL AND (b.total_minor > 0 OR b.payment_provider <> 'free')
        AND NOT EXISTS (SELECT FROM payments a JOIN payment_work w ON w.work_id = a.payment_id AND w.kind = 'capture'
          WHERE a.booking_id = b.booking_id AND a.state = 'authorized' AND a.amount_minor = b.total_minor)`,
  },
  {
    invariant: 'I4',
    name: 'completed-booking-has-its-tickets',
    claim: 'Every ticket of a completed booking is sold with it, or was given back',
    sql: `
      SELECT b.booking_id AS "bookingId", ticket_id AS "ticketId", t.status AS "ticketStatus", t.booking_id AS "soldWith"
      FROM bookings b CROSS JOIN unnest(b.ticket_ids) AS ticket_id
      LEFT JOIN tickets t USING (ticket_id)
      WHERE b.status = 'completed' AND (t.booking_id IS DISTINCT FROM b.booking_id OR t.status <> 'Sold')
        AND NOT (t.status = 'Cancelled' AND t.booking_id = b.booking_id AND ticket_id = ANY (b.cancelled_ticket_ids))`,
  },
  {
    invariant: 'I4',
    name: 'prices-add-up',
    claim: 'The prices on a completed booking’s tickets add up to what was charged',
    sql: `
      SELECT b.booking_id AS "bookingId", b.total_minor AS "totalMinor", sum(t.price_minor) AS "ticketsMinor"
      FROM bookings b JOIN tickets t USING (booking_id)
      WHERE b.status = 'completed'
      GROUP BY b.booking_id HAVING count(*) = cardinality(b.ticket_ids) AND sum(t.price_minor) IS DISTINCT FROM b.total_minor`,
  },
  {
    invariant: 'I4',
    name: 'refunds-within-the-charge',
    claim: 'No more is refunded than was captured (a bank may take back after a dispute what was given back before)',
    sql: `
      SELECT r.payment_id AS "paymentId", r.minor AS "refundedMinor", coalesce(p.minor, 0) AS "capturedMinor"
      FROM (SELECT payment_id, sum(amount_minor) AS minor
            FROM (SELECT DISTINCT refund_id, payment_id, amount_minor FROM refunds
                  WHERE origin <> 'dispute' AND refund_id NOT IN (SELECT refund_id FROM refunds WHERE state = 'failed')) made
            GROUP BY payment_id) r
      LEFT JOIN (SELECT payment_id, max(amount_minor) AS minor FROM payments WHERE state IN ('captured', 'authorized')
                 GROUP BY payment_id) p USING (payment_id)
      WHERE r.minor > coalesce(p.minor, 0)`,
  },
];
