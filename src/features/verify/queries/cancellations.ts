import type { Check } from './check.ts';
import { ownPayment } from './own-payment.ts';

/**
 * What of a booking's own payment was refunded or is to be, each refund once; those that failed apart. Of a booking that
 * stands by no payment: of all the money that came for it.
 */
const refundsOfBookings = `
  SELECT booking_id, sum(amount_minor) FILTER (WHERE NOT failed) AS refunded,
    sum(amount_minor) FILTER (WHERE NOT failed AND NOT disputed) AS returned, bool_or(failed) AS some_failed,
    coalesce(sum(amount_minor) FILTER (WHERE done AND NOT failed), 0) AS done,
    coalesce(sum(amount_minor) FILTER (WHERE NOT done AND NOT failed), 0) AS due
  FROM (SELECT booking_id, payment_id, refund_id, max(amount_minor) AS amount_minor, bool_or(state = 'failed') AS failed,
      bool_or(state = 'refunded') AS done, bool_or(origin = 'dispute') AS disputed FROM refunds GROUP BY booking_id, payment_id, refund_id) r
  WHERE payment_id = coalesce(${ownPayment('booking_id')}, payment_id)
  GROUP BY booking_id`;

/** What cancelling and refunding promise beside the checks that hold for every booking. */
export const cancellations: readonly Check[] = [
  {
    invariant: 'I4',
    name: 'cancelled-money-adds-up',
    claim: 'What was paid for a cancelled booking is what was refunded and what its history says was kept',
    sql: `
      WITH cancelled AS MATERIALIZED (
        SELECT booking_id, ${ownPayment('booking_id')} AS own FROM bookings WHERE status = 'cancelled'
      ), taken AS (
        SELECT c.booking_id, sum(p.amount_minor) AS captured FROM cancelled c JOIN payments p USING (booking_id)
        WHERE p.state = 'captured' AND p.payment_id = coalesce(c.own, p.payment_id) GROUP BY c.booking_id
      )
      SELECT b.booking_id AS "bookingId", coalesce(p.captured, 0) AS "capturedMinor", coalesce(r.refunded, 0) AS "refundedMinor",
        e.data ->> 'keptMinor' AS "keptMinor"
      FROM cancelled b JOIN event_store e ON e.stream = 'booking-' || b.booking_id AND e.type = 'BookingCancelled'
      LEFT JOIN taken p USING (booking_id)
      LEFT JOIN (${refundsOfBookings}) r USING (booking_id)
      -- Of what was kept staff may give back more later; of what failed, less came back.
      WHERE coalesce(r.returned, 0) > coalesce(p.captured, 0)
        OR coalesce(r.refunded, 0) < coalesce(p.captured, 0) - (e.data ->> 'keptMinor')::bigint AND NOT coalesce(r.some_failed, false)`,
  },
  {
    invariant: 'I1',
    name: 'cancelled-tickets-stay-cancelled',
    claim: 'The tickets that a booking gave back are cancelled, and no other ticket of a booking is',
    sql: `
      SELECT b.booking_id AS "bookingId", gone.ticket_id AS "ticketId", t.status AS "ticketStatus"
      FROM bookings b CROSS JOIN unnest(b.cancelled_ticket_ids) AS gone(ticket_id) LEFT JOIN tickets t USING (ticket_id)
      WHERE t.status IS DISTINCT FROM 'Cancelled' OR t.booking_id IS DISTINCT FROM b.booking_id
      UNION ALL
      SELECT b.booking_id, t.ticket_id, t.status FROM tickets t JOIN bookings b USING (booking_id)
      WHERE NOT t.live AND NOT t.ticket_id = ANY (b.cancelled_ticket_ids)`,
  },
  {
    invariant: 'I2',
    name: 'given-back-places-are-on-sale',
    claim: 'For every place that a booking gave back there is the fresh ticket that its history names',
    sql: `
      SELECT e.stream, old.ticket_id AS "ticketId", fresh.id AS "freshTicketId"
      FROM event_store e
      CROSS JOIN LATERAL json_array_elements_text(e.data -> 'freshTicketIds') WITH ORDINALITY AS fresh(id, no)
      LEFT JOIN tickets old ON old.ticket_id = (e.data -> 'ticketIds' ->> (fresh.no - 1)::int)::uuid
      LEFT JOIN tickets t ON t.ticket_id = fresh.id::uuid
      WHERE e.type IN ('BookingCancelled', 'TicketsCancelled')
        AND (t.place_no IS NULL OR t.place_no <> old.place_no OR t.event_id <> old.event_id)`,
  },
  {
    invariant: 'I6',
    name: 'refunds-follow-their-events',
    claim: 'Every step of a refund is in its booking’s history, and the booking’s figures are those of its refunds',
    sql: `
      WITH recorded AS (
        SELECT e.data ->> 'refundId' AS refund_id, e.stream, CASE e.type WHEN 'RefundDue' THEN 'due'
          WHEN 'RefundRequested' THEN 'requested' WHEN 'RefundFailed' THEN 'failed' ELSE 'refunded' END AS state
        FROM event_store e WHERE e.type IN ('RefundDue', 'RefundFound', 'RefundRequested', 'RefundCompleted', 'RefundFailed')
      )
      SELECT coalesce(r.refund_id::text, t.refund_id) AS "refundId", coalesce(r.state, t.state) AS state,
        r.refund_id IS NOT NULL AS "inTheTable", t.refund_id IS NOT NULL AS "inTheHistory"
      FROM refunds r FULL JOIN recorded t ON t.refund_id = r.refund_id::text AND t.state = r.state AND t.stream = 'booking-' || r.booking_id
      WHERE r.refund_id IS NULL OR t.refund_id IS NULL
      UNION ALL
      SELECT b.booking_id::text, b.status, true, true FROM bookings b LEFT JOIN (${refundsOfBookings}) r USING (booking_id)
      WHERE b.refund_due_minor <> coalesce(r.due, 0) OR b.refunded_minor <> coalesce(r.done, 0)`,
  },
  {
    invariant: 'I4',
    name: 'buyers-give-back-before-the-show',
    claim: 'No buyer got money back by cancelling after the show had begun, as its date stood then',
    // What changes an event and what cancels a booking lock the event's row: their positions in the history are in order.
    sql: `
      SELECT c.stream, c.occurred_at AS "cancelledAt", s.starts_at AS "startedAt", c.data ->> 'refundMinor' AS "refundMinor"
      FROM bookings b JOIN event_store c ON c.stream = 'booking-' || b.booking_id
      CROSS JOIN LATERAL (
        SELECT to_timestamp(coalesce(e.data ->> 'startsAt', e.data -> 'changes' ->> 'startsAt')::float8 / 1000) AS starts_at
        FROM event_store e
        WHERE e.stream = 'event-' || b.event_id AND e.position < c.position AND e.type IN ('EventCreated', 'EventUpdated')
          AND coalesce(e.data ->> 'startsAt', e.data -> 'changes' ->> 'startsAt') IS NOT NULL
        ORDER BY e.version DESC LIMIT 1) s
      LEFT JOIN LATERAL (
        SELECT e.type FROM event_store e
        WHERE e.stream = 'event-' || b.event_id AND e.position < c.position AND e.type IN ('EventPublished', 'EventPostponed')
        ORDER BY e.version DESC LIMIT 1) p ON true
      WHERE b.cancelled_ticket_ids <> '{}' AND c.type IN ('BookingCancelled', 'TicketsCancelled') AND c.data ->> 'by' = 'buyer'
        AND (c.data ->> 'refundMinor')::bigint > 0 AND c.occurred_at >= s.starts_at
        AND p.type IS DISTINCT FROM 'EventPostponed'`,
  },
  {
    invariant: 'I6',
    name: 'buyers-know-of-changed-shows',
    formerly: 'changed-shows-are-told',
    claim:
      'Where a change of a show counts as announced, everybody who bought for the show as it was knows of it, or was refunded',
    sql: `
      SELECT c.change_id AS "changeId", c.kind, b.booking_id AS "bookingId"
      FROM show_changes c JOIN bookings b ON b.event_id = c.event_id AND b.status = 'completed'
      JOIN event_store made ON made.stream = 'booking-' || b.booking_id AND made.version = 1
      WHERE c.state = 'done' AND coalesce((made.data ->> 'edition')::int, 0) < c.edition
        AND (c.kind = 'cancelled' OR NOT EXISTS (SELECT FROM event_store s WHERE s.stream = 'booking-' || b.booking_id
          AND s.type IN ('ShowMoved', 'ShowUpdated') AND s.data ->> 'changeId' = c.change_id::text))`,
  },
];
