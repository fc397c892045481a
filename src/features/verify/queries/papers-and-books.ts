import type { Check } from './check.ts';
import { ownPayment } from './own-payment.ts';

/** I4: what papers about money say is what the books of payments and refunds say. */
export const papersAndBooks: readonly Check[] = [
  {
    invariant: 'I4',
    name: 'settlements-follow-the-books',
    claim: 'What settlements count of a booking is what its payment took, less what of it went back or is promised',
    sql: `
      WITH settled AS (
        SELECT booking_id, event_id, total_minor - refunded_minor - refund_due_minor AS minor FROM bookings
        WHERE transaction_id IS NOT NULL AND failure_code IS DISTINCT FROM 'CAPTURE_REFUSED'
      ), moves AS (
        SELECT booking_id, payment_id, max(amount_minor) AS minor FROM payments WHERE state IN ('authorized', 'captured')
        GROUP BY booking_id, payment_id
        UNION ALL
        SELECT booking_id, payment_id, -max(amount_minor) FROM refunds
        GROUP BY booking_id, payment_id, refund_id HAVING NOT bool_or(state = 'failed')
      ), left_over AS (
        SELECT booking_id, payment_id, sum(minor) AS minor, count(*) OVER (PARTITION BY booking_id) AS payments
        FROM moves GROUP BY booking_id, payment_id
      ), kept AS (
        SELECT booking_id, minor FROM left_over
        -- Of money that came twice or too late the settlement knows nothing.
        WHERE payments = 1 OR payment_id = ${ownPayment('booking_id')}
      )
      SELECT s.booking_id AS "bookingId", s.event_id AS "eventId", s.minor AS "countedMinor", coalesce(k.minor, 0) AS "inTheBooksMinor"
      FROM settled s LEFT JOIN kept k USING (booking_id) WHERE s.minor <> coalesce(k.minor, 0)`,
  },
  {
    invariant: 'I4',
    name: 'refund-receipts-add-up',
    claim:
      'Where all the money of a booking is back, the receipts of its refunds together say the tax of its own receipt',
    sql: `
      SELECT r.booking_id AS "bookingId", array_agg(r.number ORDER BY r.number) AS numbers,
        sum((r.document ->> 'taxMinor')::bigint) AS "taxMinor"
      FROM receipts r
      WHERE EXISTS (SELECT FROM receipts f WHERE f.booking_id = r.booking_id AND f.refund_id IS NOT NULL)
        AND (r.refund_id IS NULL OR r.refund_id IN (
          SELECT o.refund_id FROM refunds o WHERE o.booking_id = r.booking_id AND o.payment_id = ${ownPayment('r.booking_id')}
            AND NOT EXISTS (SELECT FROM refunds f WHERE f.refund_id = o.refund_id AND f.state = 'failed')))
      GROUP BY r.booking_id HAVING sum((r.document ->> 'totalMinor')::bigint) = 0 AND bool_or(r.refund_id IS NULL)
        AND sum((r.document ->> 'taxMinor')::bigint) <> 0`,
  },
  {
    invariant: 'I4',
    name: 'receipts-add-up',
    claim: 'The lines of a receipt add up to its total, and so do net and tax',
    sql: `
      SELECT r.organizer_id AS "organizerId", r.number, r.booking_id AS "bookingId" FROM receipts r
      CROSS JOIN LATERAL json_to_record(r.document) AS paper("netMinor" bigint, "taxMinor" bigint, "totalMinor" bigint, lines json)
      WHERE "netMinor" + "taxMinor" <> "totalMinor"
        OR (SELECT coalesce(sum(line."amountMinor"), 0) FROM json_to_recordset(lines) AS line("amountMinor" bigint)) <> "totalMinor"`,
  },
];
