-- What services written for another design of this kind read by SQL. No purchase writes a row for it, and none of our own statements reads
-- it. Whoever asks sees what they would see in the tables: the walls between organisers stand.

-- The tickets as they are at this moment. `tickets` holds what is written, and a hold is not; the journal, at most 200 ms behind the
-- ledger, knows it.
CREATE VIEW tickets_now WITH (security_invoker = true) AS
  SELECT event_id, t.ticket_id, t.organizer_id, t.ticket_type_id, place_no,
    CASE WHEN t.status = 'Available' AND h.reservation_id IS NOT NULL THEN 'Held' ELSE t.status END AS status,
    CASE WHEN t.status = 'Available' THEN h.reservation_id END AS reservation_id,
    CASE WHEN t.status = 'Available' THEN h.expires_at END AS held_until,
    t.seat_guid, t.zone, t.row_label, t.seat_number, t.booking_id, t.rate, t.price_minor, t.ticket_number, t.created_at,
    t.updated_at
  FROM tickets t
  LEFT JOIN (
    -- One that ended may stand there a moment longer, beside the next one of the same place.
    SELECT DISTINCT ON (j.event_id, place::integer) j.event_id, place::integer AS place_no, j.reservation_id, j.expires_at
    FROM hold_journal j CROSS JOIN LATERAL json_array_elements_text(j.hold -> 'placeNos') AS place
    WHERE j.expires_at > now()
    ORDER BY j.event_id, place::integer, j.expires_at DESC
  ) h USING (event_id, place_no);

-- What changed how many places an event has left, and whether that is counted. A purchase is one transaction, known by its payment, or
-- before its outcome is known by its booking alone; a message in the outbox is a change that the counters of its event do not know yet.
CREATE VIEW event_ticket_transactions WITH (security_invoker = true) AS
  SELECT b.organizer_id, b.event_id, b.session_id AS user_id, coalesce(b.transaction_id, p.payment_id::text, b.booking_id::text) AS transaction_id,
    coalesce(p.created_at, b.created_at) AS transaction_date,
    CASE WHEN p.state IN ('authorized', 'captured') THEN 'completed'
      WHEN p.state = 'failed' OR b.status IN ('failed', 'expired') THEN 'failed'
      ELSE 'pending' END AS status
  FROM bookings b
  LEFT JOIN (
    -- How it stands: a booking that was paid is paid, whatever else was tried for it.
    SELECT DISTINCT ON (booking_id) booking_id, payment_id, state, created_at FROM payments
    ORDER BY booking_id, array_position(ARRAY['captured', 'authorized', 'failed', 'requested'], state), created_at
  ) p USING (booking_id)
  UNION ALL
  SELECT o.organizer_id, (o.payload ->> 'eventId')::integer, NULL, o.message_id::text, o.created_at, 'pending'
  FROM outbox o WHERE o.topic = 'inventory.changed';
