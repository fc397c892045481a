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
