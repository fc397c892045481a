-- Whether somebody without an account may buy: said by the organiser, and by an event where it is otherwise (null: as the
-- organiser says). The organiser's hold_minutes are those of its new events.
ALTER TABLE organizers
  ADD COLUMN guests text NOT NULL DEFAULT 'allowed' CHECK (guests IN ('allowed', 'refused')),
  ADD COLUMN hold_minutes integer NOT NULL DEFAULT 15 CHECK (hold_minutes BETWEEN 1 AND 60);
ALTER TABLE events ADD COLUMN guests text CHECK (guests IN ('allowed', 'refused'));

-- Parties and schools: an event may let more than ten tickets into one order.
ALTER TABLE events DROP CONSTRAINT events_limit_per_reservation_check;
ALTER TABLE events ADD CONSTRAINT events_limit_per_reservation_check CHECK (limit_per_reservation BETWEEN 1 AND 100);

-- Ticket types say when they were made and changed, as everything else of the catalogue does. Of those that are there the
-- history knows.
ALTER TABLE ticket_types ADD COLUMN created_at timestamptz, ADD COLUMN updated_at timestamptz;
WITH told AS (
  SELECT (data ->> 'ticketTypeId')::int AS ticket_type_id, min(occurred_at) FILTER (WHERE type = 'TicketTypeAdded') AS added,
    max(occurred_at) AS changed
  FROM event_store WHERE type IN ('TicketTypeAdded', 'TicketTypeUpdated') GROUP BY 1)
UPDATE ticket_types y SET created_at = coalesce(t.added, e.created_at), updated_at = coalesce(t.changed, e.created_at)
FROM ticket_types x JOIN events e USING (event_id) LEFT JOIN told t USING (ticket_type_id)
WHERE x.ticket_type_id = y.ticket_type_id;
ALTER TABLE ticket_types
  ALTER COLUMN created_at SET NOT NULL, ALTER COLUMN created_at SET DEFAULT now(),
  ALTER COLUMN updated_at SET NOT NULL, ALTER COLUMN updated_at SET DEFAULT now();
