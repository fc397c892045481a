-- Bookings after their purchase: cancellations, refunds, receipts, changes of shows, people's data.

-- How buyers may give tickets back, {"allowed", "hoursBefore", "feePercent", "feePerTicket"}; null: free until the start.
ALTER TABLE events ADD COLUMN cancellation json;
-- The name of each visitor is asked for.
ALTER TABLE events ADD COLUMN asks_attendee_names boolean NOT NULL DEFAULT false;

-- Derived from the booking's events, like all of the row but payment_detail. session_id is the owner: a guest session, or
-- `account:<id>`.
ALTER TABLE bookings ADD COLUMN cancelled_ticket_ids uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE bookings ADD COLUMN refund_due_minor bigint NOT NULL DEFAULT 0 CHECK (refund_due_minor >= 0);
ALTER TABLE bookings ADD COLUMN refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor >= 0);
-- A hash index: an owner has few bookings, and one more entry per purchase must cost next to nothing.
CREATE INDEX bookings_by_owner ON bookings USING hash (session_id);

-- The booking's figures follow its refunds, whoever writes them: a refund is due or requested until it is refunded or failed.
CREATE FUNCTION count_refunds() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE bookings b SET refund_due_minor = r.due, refunded_minor = r.refunded
  FROM (
    SELECT coalesce(sum(amount_minor) FILTER (WHERE NOT ended), 0) AS due, coalesce(sum(amount_minor) FILTER (WHERE done), 0) AS refunded
    FROM (SELECT max(amount_minor) AS amount_minor, bool_or(state = 'refunded') AS done, bool_or(state IN ('refunded', 'failed')) AS ended
      FROM refunds WHERE booking_id = NEW.booking_id GROUP BY refund_id) AS one
  ) AS r
  WHERE b.booking_id = NEW.booking_id;
  RETURN NULL;
END $$;
CREATE TRIGGER refunds_counted AFTER INSERT ON refunds FOR EACH ROW EXECUTE FUNCTION count_refunds();

-- A column, because `lower()` is not leakproof: behind the wall between organisers an index on it serves nobody.
ALTER TABLE booking_contacts ADD COLUMN email_key text GENERATED ALWAYS AS (lower(email)) STORED;
CREATE INDEX booking_contacts_by_email ON booking_contacts (email_key) WHERE email_key IS NOT NULL;

-- Personal data like contacts: who will sit there.
CREATE TABLE ticket_attendees (
  ticket_id uuid PRIMARY KEY,
  booking_id uuid NOT NULL,
  organizer_id integer NOT NULL,
  name text NOT NULL
);
CREATE INDEX ticket_attendees_by_booking ON ticket_attendees (booking_id);

-- A booking that its buyer wants to cancel while its payment is under way: done as soon as that has ended.
CREATE TABLE cancellation_wishes (
  booking_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  wish json NOT NULL,
  created_at timestamptz NOT NULL
);

-- A show called off or moved, and how far its bookings have been told and refunded. A job works through them in the
-- order of their ids and notes where it is, so it goes on after a crash.
CREATE TABLE show_changes (
  change_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  event_id integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('cancelled', 'moved')),
  state text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'done')),
  change json NOT NULL,
  after_booking uuid,
  total integer NOT NULL DEFAULT 0,
  told integer NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  done_at timestamptz
);
CREATE INDEX show_changes_running ON show_changes (created_at) WHERE state = 'running';
CREATE INDEX show_changes_by_event ON show_changes (event_id);

-- Numbers run without a gap per organiser: taken from the counter in the transaction that writes the receipt.
CREATE TABLE receipt_counters (
  organizer_id integer PRIMARY KEY,
  last_number bigint NOT NULL
);
CREATE TABLE receipts (
  organizer_id integer NOT NULL,
  number bigint NOT NULL,
  booking_id uuid NOT NULL,
  -- Of a refund; null: of the booking itself.
  refund_id uuid,
  issued_at timestamptz NOT NULL,
  -- Seller, lines, taxes, total: as issued, for ever. No personal data.
  document json NOT NULL,
  PRIMARY KEY (organizer_id, number)
);
CREATE UNIQUE INDEX receipts_once ON receipts (booking_id, coalesce(refund_id, '00000000-0000-0000-0000-000000000000'));
