-- Names of visitors belong to what is bought together: they are written just before the purchase, so that no sale waits
-- for them and none is without.
DROP TABLE ticket_attendees;
CREATE TABLE ticket_attendees (
  reservation_id text NOT NULL,
  ticket_id uuid NOT NULL,
  organizer_id integer NOT NULL,
  name text NOT NULL,
  written_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (reservation_id, ticket_id)
);
SELECT raise_walls();

-- How far receipts have been issued: bookings and refunds, each in the order of their ids, which rise with time.
CREATE TABLE receipt_progress (
  kind text PRIMARY KEY CHECK (kind IN ('booking', 'refund')),
  after_id uuid NOT NULL
);
INSERT INTO receipt_progress (kind, after_id) VALUES
  ('booking', '00000000-0000-0000-0000-000000000000'), ('refund', '00000000-0000-0000-0000-000000000000');
