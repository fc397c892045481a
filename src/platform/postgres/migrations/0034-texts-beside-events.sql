-- What people type as a reason lies beside the history, like contacts, and goes with the person; the history refers to it
-- (`text:` and its id). This takes what was typed before out of the events: the only time that history is ever rewritten, as
-- the owner of the tables (docs/adr/0016).

CREATE TABLE kept_texts (
  text_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  -- With whom it goes: whoever bought, or has one of these tickets.
  booking_id uuid,
  ticket_ids uuid[] NOT NULL DEFAULT '{}',
  text text NOT NULL,
  written_at timestamptz NOT NULL
);
CREATE INDEX kept_texts_by_booking ON kept_texts (booking_id) WHERE booking_id IS NOT NULL;
CREATE INDEX kept_texts_by_ticket ON kept_texts USING gin (ticket_ids);
SELECT raise_walls();

-- The owner passes a wall that is not FORCEd, as whoever it was raised by.
ALTER TABLE event_store DISABLE TRIGGER event_store_append_only, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE tickets DISABLE TRIGGER tickets_life_cycle, NO FORCE ROW LEVEL SECURITY;
ALTER TABLE kept_texts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE refunds NO FORCE ROW LEVEL SECURITY;
ALTER TABLE receipts NO FORCE ROW LEVEL SECURITY;
ALTER TABLE allocations NO FORCE ROW LEVEL SECURITY;
ALTER TABLE payment_reviews NO FORCE ROW LEVEL SECURITY;
ALTER TABLE cancellation_wishes NO FORCE ROW LEVEL SECURITY;

-- Not in words of ours, which name nobody, and not taken out already.
CREATE FUNCTION was_typed(reason text) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN
  reason IS NOT NULL AND reason !~ '^text:[0-9a-f-]{36}$' AND reason NOT IN (
    'cancelled by the buyer', 'cancelled by the organiser', 'the show is cancelled', 'the show was moved',
    'the show was postponed', 'the show is on sale again', 'the show was corrected', 'cancelled',
    'the payment could not be taken', 'the payment came late, and the places were still free',
    'the payment came too late, and the places were gone', 'refunded by staff', 'removed', 'capacity lowered');
CREATE FUNCTION refer(document json, member text, text_id uuid) RETURNS json LANGUAGE sql IMMUTABLE RETURN
  jsonb_set(document::jsonb, ARRAY[member], to_jsonb('text:' || text_id))::json;

-- What was typed about bookings: once for each booking.
CREATE TEMPORARY TABLE of_bookings ON COMMIT DROP AS
SELECT gen_random_uuid() AS text_id, organizer_id, booking_id, text, min(at) AS at FROM (
  SELECT organizer_id, substr(stream, 9)::uuid AS booking_id, metadata ->> 'reason' AS text, occurred_at AS at FROM event_store
    WHERE stream ~ '^booking-[0-9a-f-]{36}$' AND metadata::text LIKE '%"reason"%'
  UNION ALL SELECT organizer_id, substr(stream, 9)::uuid, data ->> 'reason', occurred_at FROM event_store
    WHERE stream ~ '^booking-[0-9a-f-]{36}$' AND type = 'RefundDue'
  UNION ALL SELECT organizer_id, booking_id, reason, created_at FROM refunds
  UNION ALL SELECT organizer_id, booking_id, reason, updated_at FROM tickets WHERE booking_id IS NOT NULL AND reason IS NOT NULL
  UNION ALL SELECT organizer_id, booking_id, document ->> 'reason', issued_at FROM receipts WHERE refund_id IS NOT NULL
  UNION ALL SELECT organizer_id, booking_id, wish ->> 'reason', created_at FROM cancellation_wishes
) said WHERE was_typed(text) GROUP BY organizer_id, booking_id, text;
CREATE INDEX ON of_bookings (booking_id, text);

-- About tickets without a booking: once for each request, which wrote all of its tickets at one instant.
CREATE TEMPORARY TABLE of_tickets ON COMMIT DROP AS
SELECT gen_random_uuid() AS text_id, organizer_id, text, at, array_agg(DISTINCT ticket_id) AS ticket_ids FROM (
  SELECT organizer_id, substr(stream, 8)::uuid AS ticket_id, metadata ->> 'reason' AS text, occurred_at AS at FROM event_store
    WHERE stream ~ '^ticket-[0-9a-f-]{36}$' AND metadata::text LIKE '%"reason"%'
  UNION ALL SELECT organizer_id, ticket_id, reason, updated_at FROM tickets WHERE booking_id IS NULL AND reason IS NOT NULL
) said WHERE was_typed(text) GROUP BY organizer_id, text, at;
CREATE TEMPORARY TABLE of_ticket ON COMMIT DROP AS
SELECT DISTINCT ON (ticket_id, text, at) text_id, text, at, ticket_id FROM of_tickets, unnest(ticket_ids) AS ticket_id;
CREATE INDEX ON of_ticket (ticket_id, text);

-- About nobody by id: why somebody was erased, and whom an allocation was for.
CREATE TEMPORARY TABLE of_events ON COMMIT DROP AS
SELECT gen_random_uuid() AS text_id, organizer_id, position, member, text, ticket_ids, at FROM (
  SELECT organizer_id, position, 'reason' AS member, metadata ->> 'reason' AS text, '{}'::uuid[] AS ticket_ids, occurred_at AS at
    FROM event_store WHERE stream LIKE 'erasure-%'
  UNION ALL SELECT s.organizer_id, s.position, m.member, s.data ->> m.member, coalesce(a.ticket_ids, '{}'), s.occurred_at
    FROM event_store s CROSS JOIN (VALUES ('name'), ('note')) AS m(member)
    LEFT JOIN allocations a ON a.allocation_id = (s.data ->> 'allocationId')::int
    WHERE s.type IN ('AllocationMade', 'AllocationChanged')
) said WHERE was_typed(text);

INSERT INTO kept_texts (text_id, organizer_id, booking_id, ticket_ids, text, written_at)
SELECT text_id, organizer_id, booking_id, '{}'::uuid[], text, at FROM of_bookings
UNION ALL SELECT text_id, organizer_id, NULL, ticket_ids, text, at FROM of_tickets
UNION ALL SELECT text_id, organizer_id, NULL, ticket_ids, text, at FROM of_events;

UPDATE event_store s SET metadata = refer(metadata, 'reason', t.text_id) FROM of_bookings t
WHERE s.stream = 'booking-' || t.booking_id AND s.metadata ->> 'reason' = t.text;
UPDATE event_store s SET data = refer(data, 'reason', t.text_id) FROM of_bookings t
WHERE s.stream = 'booking-' || t.booking_id AND s.type = 'RefundDue' AND s.data ->> 'reason' = t.text;
UPDATE event_store s SET metadata = refer(metadata, 'reason', t.text_id) FROM of_ticket t
WHERE s.stream = 'ticket-' || t.ticket_id AND s.occurred_at = t.at AND s.metadata ->> 'reason' = t.text;
UPDATE event_store s SET metadata = refer(metadata, 'reason', t.text_id) FROM of_events t
WHERE s.position = t.position AND t.member = 'reason';
UPDATE event_store s SET data = refer(data, 'name', t.text_id) FROM of_events t WHERE s.position = t.position AND t.member = 'name';
UPDATE event_store s SET data = refer(data, 'note', t.text_id) FROM of_events t WHERE s.position = t.position AND t.member = 'note';

UPDATE refunds r SET reason = 'text:' || t.text_id FROM of_bookings t WHERE t.booking_id = r.booking_id AND t.text = r.reason;
UPDATE receipts r SET document = refer(document, 'reason', t.text_id) FROM of_bookings t
WHERE t.booking_id = r.booking_id AND t.text = r.document ->> 'reason';
UPDATE payment_reviews r SET facts = refer(facts, 'reason', t.text_id) FROM of_bookings t
WHERE t.booking_id = r.booking_id AND t.text = r.facts ->> 'reason' AND r.kind LIKE 'REFUND%';
UPDATE cancellation_wishes w SET wish = refer(wish, 'reason', t.text_id) FROM of_bookings t
WHERE t.booking_id = w.booking_id AND t.text = w.wish ->> 'reason';
UPDATE tickets k SET reason = 'text:' || t.text_id FROM of_bookings t WHERE t.booking_id = k.booking_id AND t.text = k.reason;
-- An allocation knows its tickets by their reason: both get the same.
UPDATE tickets k SET reason = 'text:' || t.text_id FROM (
  SELECT DISTINCT ON (ticket_id, text) ticket_id, text, text_id FROM of_ticket ORDER BY ticket_id, text, at DESC) t
WHERE k.booking_id IS NULL AND k.ticket_id = t.ticket_id AND k.reason = t.text;
UPDATE allocations a SET reason = coalesce((
  SELECT 'text:' || t.text_id FROM of_ticket t WHERE t.text = a.reason AND t.ticket_id = ANY (a.ticket_ids) ORDER BY t.at DESC LIMIT 1), '')
WHERE was_typed(a.reason);

DO $$
BEGIN
  IF EXISTS (SELECT FROM event_store WHERE metadata::text LIKE '%"reason"%' AND stream ~ '^(booking|ticket|erasure)-'
      AND was_typed(metadata ->> 'reason'))
    OR EXISTS (SELECT FROM event_store WHERE type = 'RefundDue' AND was_typed(data ->> 'reason'))
  THEN
    RAISE EXCEPTION 'texts are left in the history';
  END IF;
END $$;

DROP FUNCTION was_typed(text);
DROP FUNCTION refer(json, text, uuid);
ALTER TABLE event_store ENABLE TRIGGER event_store_append_only, FORCE ROW LEVEL SECURITY;
ALTER TABLE tickets ENABLE TRIGGER tickets_life_cycle, FORCE ROW LEVEL SECURITY;
ALTER TABLE kept_texts FORCE ROW LEVEL SECURITY;
ALTER TABLE refunds FORCE ROW LEVEL SECURITY;
ALTER TABLE receipts FORCE ROW LEVEL SECURITY;
ALTER TABLE allocations FORCE ROW LEVEL SECURITY;
ALTER TABLE payment_reviews FORCE ROW LEVEL SECURITY;
ALTER TABLE cancellation_wishes FORCE ROW LEVEL SECURITY;
