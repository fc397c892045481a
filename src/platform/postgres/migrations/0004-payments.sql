-- Payments: what is asked about them, what still has to be done, what a person must look at.

-- A payment that its provider knows by an id before any money moves: written between the two commits. Ordinary card
-- payments answer at once and have no such row, so their purchase touches neither index.
CREATE INDEX payments_begun ON payments (booking_id) WHERE state IN ('requested', 'authorized');

-- What remains to be done at a provider: money set aside to be taken (work_id: the payment), refunds due (the refund).
-- Rows go when it is done, so looking for work costs nothing however long the history is.
CREATE TABLE payment_work (
  work_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  kind text NOT NULL CHECK (kind IN ('capture', 'refund')),
  booking_id uuid NOT NULL,
  tries integer NOT NULL DEFAULT 0,
  not_before timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX payment_work_by_time ON payment_work (not_before);

-- Why a refund failed, and the provider's id of one that did not.
ALTER TABLE refunds ADD COLUMN failure_code text;
CREATE INDEX refunds_by_payment ON refunds (payment_id);

-- The wall: whoever writes a refund, no more is given back than was taken. The booking's row is locked first, so two
-- refunds at once are added up one after the other. A due refund is work from that moment on.
CREATE FUNCTION guard_refund() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  captured bigint;
  promised bigint;
BEGIN
  PERFORM FROM bookings WHERE booking_id = NEW.booking_id FOR UPDATE;
  SELECT amount_minor INTO captured FROM payments
  WHERE payment_id = NEW.payment_id AND state = 'captured' AND booking_id = NEW.booking_id AND currency = NEW.currency;
  SELECT coalesce(sum(amount_minor), 0) INTO promised FROM refunds r
  WHERE payment_id = NEW.payment_id AND state = 'due'
    AND NOT EXISTS (SELECT FROM refunds f WHERE f.refund_id = r.refund_id AND f.state = 'failed');
  IF captured IS NULL OR promised + NEW.amount_minor > captured THEN
    RAISE EXCEPTION 'refund %: % is more than what is left of %', NEW.refund_id, NEW.amount_minor, captured
      USING ERRCODE = 'check_violation', CONSTRAINT = 'refunds_within_the_charge';
  END IF;
  INSERT INTO payment_work (work_id, organizer_id, kind, booking_id, not_before, created_at)
  VALUES (NEW.refund_id, NEW.organizer_id, 'refund', NEW.booking_id, NEW.created_at, NEW.created_at);
  RETURN NEW;
END $$;
CREATE TRIGGER refunds_guarded BEFORE INSERT ON refunds FOR EACH ROW WHEN (NEW.state = 'due')
  EXECUTE FUNCTION guard_refund();

-- What money needs a person for. One open row per subject and kind, however often it is noticed.
CREATE TABLE payment_reviews (
  review_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  kind text NOT NULL,
  subject text NOT NULL,
  booking_id uuid,
  facts json NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  resolved_at timestamptz,
  resolved_by text,
  resolution text
);
CREATE UNIQUE INDEX payment_reviews_open ON payment_reviews (kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX payment_reviews_by_organizer ON payment_reviews (organizer_id, review_id) WHERE resolved_at IS NULL;

-- Keys of refund requests (those of purchases stand in idempotency_keys, beside the booking they made).
CREATE TABLE refund_keys (
  scope text NOT NULL,
  key text NOT NULL,
  organizer_id integer NOT NULL,
  request_hash text NOT NULL,
  refund_id uuid NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
);

-- The secrets that sign transaction ids, oldest first: the newest signs, all of them verify.
CREATE TABLE transaction_secrets (
  secret_no integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  value bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO transaction_secrets (value, created_at) SELECT value, created_at FROM secrets WHERE name = 'transaction-id';

-- The play bank's own books: only cards that do not simply pay or decline are in it.
CREATE TABLE sandbox_payments (
  reference text PRIMARY KEY,
  organizer_id integer NOT NULL,
  booking_id uuid NOT NULL,
  token text NOT NULL,
  -- waiting: for the buyer on the bank's page. settled: `failure_code` null means paid.
  state text NOT NULL CHECK (state IN ('waiting', 'settled', 'cancelled')),
  failure_code text,
  amount_minor bigint NOT NULL,
  currency text NOT NULL,
  client_secret text NOT NULL UNIQUE,
  -- From then on whoever asks is told the outcome.
  tells_at timestamptz NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX sandbox_payments_by_time ON sandbox_payments (created_at);
