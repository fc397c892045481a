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
      'The steps of a refund begin with its being due, are about the same money, and it never both failed and was made',
    sql: `
      SELECT refund_id AS "refundId", array_agg(state ORDER BY created_at) AS states, array_agg(amount_minor) AS "amountsMinor"
      FROM refunds GROUP BY refund_id
      HAVING NOT bool_or(state = 'due') OR count(DISTINCT (payment_id, booking_id, amount_minor, currency)) > 1
        OR bool_or(state = 'refunded') AND bool_or(state = 'failed')`,
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
    name: 'reviewed-money-is-listed',
    claim: 'A booking that a person must look at is on the list of staff, or was',
    sql: `
      SELECT b.booking_id AS "bookingId", b.failure_code AS reason FROM bookings b
      WHERE b.status = 'needs_review' AND NOT EXISTS (SELECT FROM payment_reviews v WHERE v.booking_id = b.booking_id)`,
  },
];
