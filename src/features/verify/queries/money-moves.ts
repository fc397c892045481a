import type { Check } from './check.ts';

/** I4, I5: how money moves, step by step, and that nothing stops halfway unseen. */
export const moneyMoves: readonly Check[] = [
  {
    invariant: 'I5',
    name: 'payment-steps-agree',
    claim:
      'The steps of a payment are about the same booking, amount and reference, and it never both failed and was taken',
    sql: `
      SELECT payment_id AS "paymentId", array_agg(state ORDER BY created_at) AS states, array_agg(amount_minor) AS "amountsMinor"
      FROM payments GROUP BY payment_id
      HAVING count(DISTINCT (booking_id, organizer_id, provider, currency)) > 1
        OR count(DISTINCT amount_minor) FILTER (WHERE state IN ('authorized', 'captured')) > 1
        OR count(DISTINCT provider_reference) > 1
        OR bool_or(state = 'failed') AND bool_or(state = 'captured')`,
  },
  {
    invariant: 'I4',
    name: 'set-aside-money-is-taken',
    claim: 'Money that was set aside was taken or let go, or taking it is on the list of work',
    sql: `
      SELECT p.payment_id AS "paymentId", p.booking_id AS "bookingId", p.amount_minor AS "amountMinor"
      FROM payments p WHERE p.state = 'authorized'
        AND NOT EXISTS (SELECT FROM payments e WHERE e.payment_id = p.payment_id AND e.state IN ('captured', 'failed'))
        AND NOT EXISTS (SELECT FROM payment_work w WHERE w.work_id = p.payment_id)`,
  },
  {
    invariant: 'I4',
    name: 'refund-steps-agree',
    claim:
      'The steps of a refund of ours begin with its being due, all are about the same money, and one that was made and came back is shown to staff',
    sql: `
      SELECT refund_id AS "refundId", array_agg(state ORDER BY created_at) AS states, array_agg(amount_minor) AS "amountsMinor"
      FROM refunds GROUP BY refund_id
      HAVING NOT bool_or(state = 'due') AND bool_or(origin = 'ours')
        OR count(DISTINCT (payment_id, booking_id, amount_minor, currency, origin, provider_reference)) > 1
        OR bool_or(state = 'refunded') AND bool_or(state = 'failed') AND NOT EXISTS (
          SELECT FROM payment_reviews v WHERE v.kind = 'REFUND_FAILED' AND v.subject = refund_id::text)`,
  },
  {
    invariant: 'I4',
    name: 'due-refunds-are-carried-out',
    claim: 'A refund that is due was made or refused, or it is on the list of work or of staff',
    sql: `
      SELECT d.refund_id AS "refundId", d.booking_id AS "bookingId", d.amount_minor AS "amountMinor"
      FROM refunds d WHERE d.state = 'due'
        AND NOT EXISTS (SELECT FROM refunds e WHERE e.refund_id = d.refund_id AND e.state IN ('refunded', 'failed'))
        AND NOT EXISTS (SELECT FROM payment_work w WHERE w.work_id = d.refund_id)
        AND NOT EXISTS (SELECT FROM payment_reviews v WHERE v.subject = d.refund_id::text AND v.resolved_at IS NULL)`,
  },
  {
    invariant: 'I4',
    name: 'refunds-made-elsewhere-are-shown',
    formerly: 'money-given-back-elsewhere-is-shown',
    claim:
      'Where money was refunded in the provider’s own pages, either all of it went and the tickets with it, or staff were shown',
    sql: `
      SELECT r.refund_id AS "refundId", r.booking_id AS "bookingId", r.amount_minor AS "amountMinor", b.status AS "bookingStatus"
      FROM refunds r LEFT JOIN bookings b USING (booking_id)
      WHERE r.origin = 'provider' AND r.state = 'refunded' AND b.status IN ('completed', 'needs_review')
        AND NOT EXISTS (SELECT FROM payment_reviews v WHERE v.subject = r.provider_reference)
        AND (SELECT sum(amount_minor) FROM (SELECT max(amount_minor) AS amount_minor FROM refunds o WHERE o.payment_id = r.payment_id
            GROUP BY refund_id HAVING NOT bool_or(state = 'failed')) AS gone)
          < (SELECT max(amount_minor) FROM payments p WHERE p.payment_id = r.payment_id AND p.state = 'captured')`,
  },
  {
    invariant: 'I4',
    name: 'lost-disputes-are-counted',
    claim: 'The money of a dispute that was lost counts as gone',
    sql: `
      SELECT v.subject AS "disputeId", v.booking_id AS "bookingId", v.facts ->> 'amountMinor' AS "amountMinor"
      FROM payment_reviews v JOIN bookings b USING (booking_id)
      WHERE v.kind = 'DISPUTE' AND v.facts ->> 'status' = 'lost' AND v.facts ->> 'currency' = b.currency
        AND NOT EXISTS (SELECT FROM payment_reviews w WHERE w.kind = 'DISPUTE' AND w.subject = v.subject
          AND w.review_id > v.review_id)
        AND NOT EXISTS (SELECT FROM refunds r WHERE r.provider_reference = v.subject)`,
  },
  {
    invariant: 'I4',
    name: 'payments-come-to-an-end',
    claim:
      'No payment keeps its places longer than a week or into its show, unless its provider cannot let it go and staff know',
    sql: `
      SELECT b.booking_id AS "bookingId", b.event_id AS "eventId", b.created_at AS "since"
      FROM bookings b JOIN events e USING (event_id)
      WHERE b.status = 'awaiting_payment' AND least(b.created_at + interval '7 days', CASE
          WHEN e.status <> 'postponed' AND e.starts_at > b.created_at THEN e.starts_at END) < now() - interval '2 hours'
        AND NOT EXISTS (SELECT FROM payment_reviews v WHERE v.kind = 'OUTCOME_UNKNOWN' AND v.booking_id = b.booking_id)`,
  },
  {
    invariant: 'I4',
    name: 'reviewed-money-is-listed',
    claim: 'A booking that a person must look at is on the list of staff, or was',
    sql: `
      SELECT b.booking_id AS "bookingId", b.failure_code AS reason FROM bookings b
      WHERE b.status = 'needs_review' AND NOT EXISTS (SELECT FROM payment_reviews v WHERE v.booking_id = b.booking_id)`,
  },
];
