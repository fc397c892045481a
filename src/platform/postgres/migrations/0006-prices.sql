-- What buyers pay beside the ticket's price, codes that change it or open a sale, and places kept back for someone.

-- {"perTicketMinor": 150 | null, "rate": 50000 | null (parts per million), "paidBy": "buyer" | "organizer"}
ALTER TABLE events ADD COLUMN service_fee jsonb;
-- {"name": "IVA" | null, "rate": 210000 (parts per million), "isIncluded": true}
ALTER TABLE events ADD COLUMN tax jsonb;
-- Only who names a code that unlocks it knows of it.
ALTER TABLE ticket_types ADD COLUMN is_hidden boolean NOT NULL DEFAULT false;

-- Promo codes take something off, access codes open ticket types before their sale begins; both may unlock hidden types.
-- They share one namespace within an event, because a buyer does not know which is which.
CREATE TABLE promo_codes (
  promo_code_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL,
  event_id integer NOT NULL REFERENCES events ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('promo', 'access')),
  code text NOT NULL,
  note text,
  -- A promo code has exactly one of these, an access code none.
  discount_rate integer CHECK (discount_rate BETWEEN 1 AND 1000000),
  discount_minor bigint CHECK (discount_minor > 0),
  -- null: all that are not hidden
  ticket_type_ids integer[],
  valid_from timestamptz,
  valid_until timestamptz,
  uses_max integer CHECK (uses_max >= 1),
  uses_per_customer integer CHECK (uses_per_customer >= 1),
  is_active boolean NOT NULL DEFAULT true,
  -- Never less than the uses that count; corrected when it reaches uses_max. Written by the guard below alone.
  use_count integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((kind = 'promo') = (num_nonnulls(discount_rate, discount_minor) = 1)),
  CHECK (num_nonnulls(discount_rate, discount_minor) <= 1),
  CHECK (valid_until IS NULL OR valid_from IS NULL OR valid_until > valid_from)
);
-- A code that was taken back may be given out anew.
CREATE UNIQUE INDEX promo_codes_by_code ON promo_codes (event_id, code) WHERE is_active;
CREATE INDEX promo_codes_by_event ON promo_codes (event_id, promo_code_id);

-- One row per code and booking, in the booking's first commit. It counts until the booking fails, expires or is cancelled.
CREATE TABLE promo_code_uses (
  promo_code_id integer NOT NULL REFERENCES promo_codes,
  booking_id uuid NOT NULL,
  organizer_id integer NOT NULL,
  event_id integer NOT NULL,
  -- Guest session or account; who is counted by mail address is found through the booking's contact.
  customer text,
  given_back boolean NOT NULL DEFAULT false,
  PRIMARY KEY (promo_code_id, booking_id)
) WITH (fillfactor = 80);
CREATE INDEX promo_code_uses_by_booking ON promo_code_uses (booking_id);
CREATE INDEX promo_code_uses_by_customer ON promo_code_uses (promo_code_id, customer) WHERE NOT given_back;
CREATE INDEX promo_code_uses_by_event ON promo_code_uses (event_id) WHERE NOT given_back;

-- The last wall: whatever a program or a lost ledger believes, a code is never used more often than it may be. The codes
-- are locked in the order of their ids, so that two batches cannot wait for each other; what is given back takes no lock
-- and is found by counting again once the limit seems reached.
CREATE FUNCTION guard_promo_code_uses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM promo_codes WHERE promo_code_id IN (SELECT promo_code_id FROM added) ORDER BY promo_code_id FOR NO KEY UPDATE;
  UPDATE promo_codes c SET use_count = c.use_count + a.uses
  FROM (SELECT promo_code_id, count(*) AS uses FROM added GROUP BY 1) a WHERE c.promo_code_id = a.promo_code_id;
  UPDATE promo_codes c SET use_count =
    (SELECT count(*) FROM promo_code_uses u WHERE u.promo_code_id = c.promo_code_id AND NOT u.given_back)
  WHERE c.promo_code_id IN (SELECT promo_code_id FROM added) AND c.use_count > c.uses_max;
  IF EXISTS (
    SELECT FROM promo_codes c WHERE c.promo_code_id IN (SELECT promo_code_id FROM added) AND c.use_count > c.uses_max
  ) THEN
    RAISE EXCEPTION 'a promo code is used up' USING ERRCODE = 'check_violation', CONSTRAINT = 'promo_code_uses_max';
  END IF;
  IF EXISTS (
    SELECT FROM added a JOIN promo_codes c USING (promo_code_id)
    WHERE c.uses_per_customer IS NOT NULL AND c.uses_per_customer <
      (SELECT count(*) FROM promo_code_uses u
       WHERE u.promo_code_id = a.promo_code_id AND u.customer = a.customer AND NOT u.given_back)
  ) THEN
    RAISE EXCEPTION 'a customer has used a promo code as often as one may'
      USING ERRCODE = 'check_violation', CONSTRAINT = 'promo_code_uses_per_customer';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER promo_code_uses_guarded AFTER INSERT ON promo_code_uses REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION guard_promo_code_uses();

-- A use only ever changes from counting to given back: a row cannot be moved to another code past the guard.
CREATE FUNCTION refuse_promo_code_use_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a use of a promo code stays as it is' USING ERRCODE = 'check_violation', CONSTRAINT = 'promo_code_uses_stay';
END $$;
CREATE TRIGGER promo_code_uses_stay BEFORE UPDATE ON promo_code_uses FOR EACH ROW
  WHEN (OLD.given_back AND NOT NEW.given_back OR NEW.promo_code_id <> OLD.promo_code_id OR NEW.booking_id <> OLD.booking_id)
  EXECUTE FUNCTION refuse_promo_code_use_change();

-- Wherever a booking ends without tickets, its uses come back in the same commit. The WHEN clause keeps this off the path
-- of a sale.
CREATE FUNCTION give_back_promo_code_uses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE promo_code_uses SET given_back = true WHERE booking_id = NEW.booking_id AND NOT given_back;
  RETURN NULL;
END $$;
CREATE TRIGGER bookings_give_back_promo_codes AFTER UPDATE OF status ON bookings FOR EACH ROW
  WHEN (NEW.status IN ('failed', 'expired', 'cancelled') AND OLD.status NOT IN ('failed', 'expired', 'cancelled'))
  EXECUTE FUNCTION give_back_promo_code_uses();

-- Places kept back for someone: their tickets are blocked (Reserved without a booking) until they are released.
CREATE TABLE allocations (
  allocation_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL,
  event_id integer NOT NULL REFERENCES events ON DELETE CASCADE,
  name text NOT NULL,
  note text,
  ticket_ids uuid[] NOT NULL,
  -- Null: staff release it by hand.
  release_at timestamptz,
  released_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX allocations_by_event ON allocations (event_id, allocation_id);
CREATE INDEX allocations_due ON allocations (release_at) WHERE released_at IS NULL AND release_at IS NOT NULL;
