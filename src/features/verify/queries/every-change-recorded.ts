import type { Check } from './check.ts';

/** I6. The history is the truth; the other tables must say nothing else. */
export const everyChangeRecorded: readonly Check[] = [
  {
    invariant: 'I6',
    name: 'events-say-who-and-when',
    claim: 'Every event names its actor and its correlation id',
    sql: `
      SELECT position, stream, version, type, metadata FROM event_store
      WHERE coalesce(metadata ->> 'actor', '') = '' OR coalesce(metadata ->> 'correlationId', '') = ''`,
  },
  {
    invariant: 'I6',
    name: 'streams-are-unbroken',
    claim: 'The versions of every stream run from 1 without a gap',
    sql: `
      SELECT stream, count(*) AS events, min(version) AS "firstVersion", max(version) AS "lastVersion"
      FROM event_store GROUP BY stream HAVING min(version) <> 1 OR max(version) <> count(*)`,
  },
  {
    invariant: 'I6',
    name: 'bookings-follow-their-events',
    claim: 'Every booking has a history, its version and status are what its events made them, and the other way round',
    // Version and type of the last event that changes the status in one pass: the padded version sorts, the type rides along.
    sql: `
      WITH recorded AS (
        SELECT substr(stream, 9) AS booking_id, max(version) AS version,
          bool_or(type = 'BookingCancelled') AS was_cancelled,
          substr(max(lpad(version::text, 10, '0') || type COLLATE "C") FILTER (WHERE type IN (
            'BookingCreated', 'PaymentRequested', 'PaymentAuthorized', 'PaymentCompleted', 'PaymentFailed', 'ReviewRequested')), 11) AS last_event
        FROM event_store WHERE stream LIKE 'booking-%' GROUP BY stream
      )
      SELECT coalesce(b.booking_id::text, t.booking_id) AS "bookingId", b.status, b.version,
        t.last_event AS "lastEvent", t.version AS "lastVersion"
      FROM recorded t FULL JOIN bookings b ON b.booking_id::text = t.booking_id
      WHERE b.version IS DISTINCT FROM t.version OR CASE CASE WHEN t.was_cancelled THEN 'BookingCancelled' ELSE t.last_event END
        WHEN 'BookingCreated' THEN b.status NOT IN ('pending', 'awaiting_payment')
        WHEN 'PaymentRequested' THEN b.status <> 'awaiting_payment'
        WHEN 'PaymentAuthorized' THEN b.status <> 'completed'
        WHEN 'PaymentCompleted' THEN b.status <> 'completed'
        WHEN 'PaymentFailed' THEN b.status <> 'failed'
        WHEN 'ReviewRequested' THEN b.status <> 'needs_review'
        WHEN 'BookingCancelled' THEN b.status <> 'cancelled'
        ELSE false END`,
  },
  {
    invariant: 'I6',
    name: 'bookings-repeat-their-events',
    claim: 'What was booked, for how much and with which transaction is what the events say',
    // All tickets in their order are looked for at once; one by one only where that fails.
    sql: `
      SELECT b.booking_id AS "bookingId", e.type, b.total_minor AS "totalMinor",
        coalesce(recorded."totalMinor", recorded."amountMinor") AS "recordedMinor", cardinality(b.ticket_ids) AS tickets
      FROM bookings b JOIN event_store e ON e.stream = 'booking-' || b.booking_id
      CROSS JOIN LATERAL json_to_record(e.data) AS recorded(
        "totalMinor" text, "reservationId" text, tickets json, "transactionId" text, "amountMinor" text)
      WHERE (e.type = 'BookingCreated' AND (
          recorded."totalMinor" IS DISTINCT FROM b.total_minor::text
          OR recorded."reservationId" IS DISTINCT FROM b.reservation_id
          OR json_array_length(recorded.tickets) IS DISTINCT FROM cardinality(b.ticket_ids)
          OR recorded.tickets::text NOT LIKE '%' || array_to_string(b.ticket_ids, '%') || '%'
            AND EXISTS (SELECT FROM unnest(b.ticket_ids) AS ticket_id WHERE strpos(recorded.tickets::text, ticket_id::text) = 0)))
        OR (e.type = 'PaymentCompleted' AND (
          recorded."transactionId" IS DISTINCT FROM b.transaction_id
          OR recorded."amountMinor" IS DISTINCT FROM b.total_minor::text))`,
  },
  {
    invariant: 'I6',
    name: 'ticket-changes-are-recorded',
    formerly: 'ticket-changes-are-told',
    claim: 'Every change of a ticket is in the history: of its bookings, its own, or its event’s',
    // A ticket's version counts its changes. A booking explains those of its path; staff changes name their tickets. The
    // last subquery is asked only of the few tickets that their bookings do not explain.
    sql: `
      WITH booked AS (
        SELECT ticket_id,
          sum(CASE WHEN status IN ('pending', 'awaiting_payment', 'needs_review') OR status = 'cancelled' AND transaction_id IS NULL
            THEN 1 ELSE 2 END + (ticket_id = ANY (cancelled_ticket_ids))::int) AS least,
          sum(CASE WHEN status IN ('pending', 'awaiting_payment') THEN 1 WHEN status = 'needs_review' THEN 3 ELSE 2 END
            + (ticket_id = ANY (cancelled_ticket_ids))::int) AS most
        FROM bookings, unnest(ticket_ids) AS ticket_id GROUP BY ticket_id
      ), named AS (
        SELECT ticket_id, count(*) AS times
        FROM event_store, json_array_elements_text(
          CASE WHEN json_typeof(data -> 'ticketIds') = 'array' THEN data -> 'ticketIds' ELSE '[]' END) AS ticket_id
        WHERE stream LIKE 'event-%' GROUP BY ticket_id
      )
      SELECT t.ticket_id AS "ticketId", t.event_id AS "eventId", t.status, t.booking_id AS "bookingId", t.version,
        coalesce(b.least, 0) AS "recordedByBookings"
      FROM tickets t LEFT JOIN booked b USING (ticket_id) LEFT JOIN named n ON n.ticket_id = t.ticket_id::text
      WHERE t.version - 1 < coalesce(b.least, 0)
        OR (t.version - 1 > coalesce(b.most, 0) + coalesce(n.times, 0)
          OR (t.booking_id IS NULL AND t.status <> 'Available' AND n.times IS NULL))
        AND greatest(t.version - 1 - coalesce(b.most, 0) - coalesce(n.times, 0), 1)
          > (SELECT count(*) FROM event_store e WHERE e.stream = 'ticket-' || t.ticket_id)`,
  },
];
