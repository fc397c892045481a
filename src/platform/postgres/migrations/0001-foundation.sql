-- Organisers, catalogue, tickets, bookings, event store, outbox.
-- Every row carries its organizer_id (tenants come later; organiser 1 exists from the start).

CREATE EXTENSION IF NOT EXISTS pg_trgm;

CREATE TABLE organizers (
  organizer_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL,
  slug text NOT NULL UNIQUE,
  created_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO organizers (name, slug) VALUES ('Onsale', 'onsale');

-- Only hashes of keys are kept: a key is shown once, when it is made.
CREATE TABLE api_keys (
  api_key_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL REFERENCES organizers,
  name text NOT NULL,
  key_hash bytea NOT NULL UNIQUE,
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  revoked_at timestamptz
);

-- Random secrets of this installation, made at the first start: they sign guest sessions and transaction ids.
CREATE TABLE secrets (
  name text PRIMARY KEY,
  value bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE venues (
  venue_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1 REFERENCES organizers,
  name text NOT NULL,
  address text,
  city text,
  region text,
  postal_code text,
  country text,
  latitude double precision CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision CHECK (longitude BETWEEN -180 AND 180),
  time_zone text NOT NULL DEFAULT 'UTC',
  source_id text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX venues_by_name ON venues (organizer_id, lower(name));

CREATE TABLE performers (
  performer_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1 REFERENCES organizers,
  name text NOT NULL,
  description text,
  image_url text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX performers_by_name ON performers (organizer_id, lower(name));

-- plan: the open seating-plan document exactly as published (it refuses unknown keys);
-- supplement: what that form lacks (focal point, wheelchair and companion seats, area capacities).
CREATE TABLE seating_plans (
  seating_plan_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1 REFERENCES organizers,
  venue_id integer REFERENCES venues,
  name text NOT NULL,
  plan json NOT NULL,
  supplement json NOT NULL DEFAULT '{}',
  content_hash text NOT NULL,
  seat_count integer NOT NULL,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE event_series (
  series_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1 REFERENCES organizers,
  name text NOT NULL
);

CREATE TABLE events (
  event_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1 REFERENCES organizers,
  venue_id integer NOT NULL REFERENCES venues,
  seating_plan_id integer REFERENCES seating_plans,
  series_id integer REFERENCES event_series,
  title text NOT NULL,
  description text,
  type text NOT NULL DEFAULT 'Event',
  status text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'published', 'postponed', 'cancelled')),
  is_active boolean NOT NULL DEFAULT true,
  doors_at timestamptz,
  starts_at timestamptz NOT NULL,
  ends_at timestamptz,
  time_zone text NOT NULL,
  image_url text,
  currency text NOT NULL,
  on_sale_from timestamptz,
  on_sale_until timestamptz,
  hold_minutes integer NOT NULL DEFAULT 15 CHECK (hold_minutes BETWEEN 1 AND 60),
  limit_per_reservation integer NOT NULL DEFAULT 10 CHECK (limit_per_reservation BETWEEN 1 AND 10),
  limit_per_customer integer CHECK (limit_per_customer >= 1),
  -- Where an imported show came from, and a hash of what it said: importing again changes nothing.
  source_id text,
  source_hash text,
  published_at timestamptz,
  -- Counters for lists and search. They follow through the outbox and may lag by seconds; tickets never do.
  total_capacity integer NOT NULL DEFAULT 0,
  available_capacity integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  CHECK (ends_at IS NULL OR ends_at >= starts_at),
  CHECK (doors_at IS NULL OR doors_at <= starts_at),
  CHECK (on_sale_until IS NULL OR on_sale_from IS NULL OR on_sale_until > on_sale_from)
);
CREATE UNIQUE INDEX events_by_source ON events (organizer_id, source_id) WHERE source_id IS NOT NULL;
CREATE INDEX events_by_start ON events (starts_at, event_id);
-- Drafts, postponed and cancelled events are few: without this a list of them walks all events.
CREATE INDEX events_unpublished ON events (status, starts_at, event_id) WHERE status <> 'published';
CREATE INDEX events_by_venue ON events (venue_id, starts_at, event_id);
CREATE INDEX events_by_series ON events (series_id) WHERE series_id IS NOT NULL;

CREATE TABLE event_performers (
  event_id integer NOT NULL REFERENCES events ON DELETE CASCADE,
  performer_id integer NOT NULL REFERENCES performers,
  organizer_id integer NOT NULL DEFAULT 1 REFERENCES organizers,
  position integer NOT NULL,
  PRIMARY KEY (event_id, performer_id)
);
CREATE INDEX event_performers_by_performer ON event_performers (performer_id, event_id);

CREATE TABLE ticket_types (
  ticket_type_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id integer NOT NULL REFERENCES events ON DELETE CASCADE,
  organizer_id integer NOT NULL DEFAULT 1 REFERENCES organizers,
  name text NOT NULL,
  description text,
  -- [{"name": "adult", "priceMinor": 4500}, …], at least one; the first is the one taken when none is named
  rates jsonb NOT NULL,
  -- General admission: how many places. Seated: the count of seats of the categories below, set when published.
  capacity integer NOT NULL DEFAULT 0 CHECK (capacity >= 0),
  -- The plan's categories that this type sells; null means general admission.
  categories text[],
  sales_from timestamptz,
  sales_until timestamptz,
  is_active boolean NOT NULL DEFAULT true,
  position integer NOT NULL DEFAULT 0,
  -- All ticket rows ever made for this type: available + held + reserved + sold + cancelled must equal it (I2).
  minted_count integer NOT NULL DEFAULT 0,
  available_count integer NOT NULL DEFAULT 0,
  version integer NOT NULL DEFAULT 1
);
CREATE INDEX ticket_types_by_event ON ticket_types (event_id, position, ticket_type_id);

-- One row per sellable place. `live` exists so that the unique index depends on a column that a sale does not change:
-- then Available -> Reserved -> Sold stays a heap-only update and touches no index.
CREATE TABLE tickets (
  event_id integer NOT NULL REFERENCES events,
  ticket_id uuid NOT NULL,
  organizer_id integer NOT NULL DEFAULT 1,
  ticket_type_id integer NOT NULL REFERENCES ticket_types,
  -- Seated: the seat's index in the plan (zones, rows, seats in the document's order). General admission: the numbers after.
  place_no integer NOT NULL CHECK (place_no >= 0),
  status text NOT NULL DEFAULT 'Available' CHECK (status IN ('Available', 'Reserved', 'Sold', 'Cancelled')),
  live boolean GENERATED ALWAYS AS (status <> 'Cancelled') STORED,
  seat_guid text,
  zone text,
  row_label text,
  seat_number text,
  -- Reserved without a booking is a block by staff, with its reason.
  reason text,
  booking_id uuid,
  rate text,
  price_minor bigint CHECK (price_minor >= 0),
  ticket_number text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (event_id, ticket_id),
  CHECK (status <> 'Available' OR (booking_id IS NULL AND ticket_number IS NULL)),
  CHECK (status <> 'Sold' OR (ticket_number IS NOT NULL AND price_minor IS NOT NULL))
) WITH (fillfactor = 35);
CREATE UNIQUE INDEX tickets_one_live_per_place ON tickets (event_id, place_no) WHERE live;
CREATE UNIQUE INDEX tickets_by_id ON tickets (ticket_id);
CREATE INDEX tickets_cancelled ON tickets (event_id, ticket_id) WHERE NOT live;

-- The last wall: whatever a program does, a sold ticket stays with its booking and a cancelled one stays cancelled.
-- The WHEN clauses keep this off the path of an ordinary sale.
CREATE FUNCTION refuse_ticket_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'ticket % (%): this change is not allowed', OLD.ticket_id, OLD.status
    USING ERRCODE = 'check_violation', CONSTRAINT = 'tickets_life_cycle';
END $$;
CREATE TRIGGER tickets_life_cycle BEFORE UPDATE ON tickets FOR EACH ROW
  WHEN (
    OLD.status = 'Cancelled'
    OR (OLD.status = 'Sold' AND (NEW.status NOT IN ('Sold', 'Cancelled')
        OR NEW.booking_id IS DISTINCT FROM OLD.booking_id OR NEW.ticket_number IS DISTINCT FROM OLD.ticket_number))
    OR (OLD.status = 'Available' AND NEW.status = 'Sold')
    OR (OLD.status = 'Reserved' AND OLD.booking_id IS NOT NULL AND NEW.status IN ('Reserved', 'Sold')
        AND NEW.booking_id IS DISTINCT FROM OLD.booking_id)
    OR NEW.event_id <> OLD.event_id OR NEW.place_no <> OLD.place_no OR NEW.ticket_id <> OLD.ticket_id
  ) EXECUTE FUNCTION refuse_ticket_change();
CREATE TRIGGER tickets_sold_stay BEFORE DELETE ON tickets FOR EACH ROW
  WHEN (OLD.status = 'Sold' OR OLD.booking_id IS NOT NULL) EXECUTE FUNCTION refuse_ticket_change();

-- Read model of the booking stream, written in the same commit as its events.
CREATE TABLE bookings (
  booking_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1,
  event_id integer NOT NULL,
  reservation_id text NOT NULL,
  session_id text,
  status text NOT NULL CHECK (status IN
    ('pending', 'awaiting_payment', 'completed', 'failed', 'expired', 'cancelled', 'needs_review')),
  attempt integer NOT NULL,
  ticket_ids uuid[] NOT NULL,
  total_minor bigint NOT NULL CHECK (total_minor >= 0),
  currency text NOT NULL,
  payment_provider text NOT NULL,
  -- What the provider needs to finish or to be asked again: the sandbox token or the external reference.
  payment_detail text,
  transaction_id text,
  failure_code text,
  version integer NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  -- A failed or expired attempt frees the reservation for another; else one booking per reservation, for ever (I3).
  holds_reservation boolean GENERATED ALWAYS AS (status NOT IN ('failed', 'expired')) STORED
) WITH (fillfactor = 40);
CREATE UNIQUE INDEX bookings_one_per_reservation ON bookings (reservation_id) WHERE holds_reservation;

-- Personal data stands apart, so that a person can be erased and history stays.
CREATE TABLE booking_contacts (
  booking_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1,
  name text,
  email text,
  phone text,
  notes text
);

-- Append only: one row per state that a payment reached.
CREATE TABLE payments (
  payment_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('requested', 'authorized', 'captured', 'failed')),
  organizer_id integer NOT NULL DEFAULT 1,
  booking_id uuid NOT NULL,
  provider text NOT NULL,
  provider_reference text,
  amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
  currency text NOT NULL,
  failure_code text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (payment_id, state)
);
CREATE UNIQUE INDEX payments_external_reference_once ON payments (organizer_id, provider_reference)
  WHERE provider = 'external' AND state = 'captured';

CREATE TABLE refunds (
  refund_id uuid NOT NULL,
  state text NOT NULL CHECK (state IN ('due', 'requested', 'refunded', 'failed')),
  organizer_id integer NOT NULL DEFAULT 1,
  booking_id uuid NOT NULL,
  payment_id uuid NOT NULL,
  amount_minor bigint NOT NULL CHECK (amount_minor > 0),
  currency text NOT NULL,
  reason text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (refund_id, state)
);

-- The history of everything: also the audit log. Never updated. Positions commit out of order, so a reader of the whole
-- store stays below the oldest running transaction (written_by) and orders within a stream by version.
CREATE TABLE event_store (
  position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1,
  stream text NOT NULL,
  version integer NOT NULL,
  type text NOT NULL,
  data json NOT NULL,
  -- {actor, reason?, correlationId, causationId?}
  metadata json NOT NULL,
  occurred_at timestamptz NOT NULL,
  written_by xid8 NOT NULL DEFAULT pg_current_xact_id(),
  UNIQUE (stream, version)
);

-- Messages to be delivered; rows are deleted once every consumer has confirmed.
CREATE TABLE outbox (
  message_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL DEFAULT 1,
  topic text NOT NULL,
  payload json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE inbox (
  consumer text NOT NULL,
  message_id uuid NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (consumer, message_id)
);

-- status and body are null while the first request is still in flight.
CREATE TABLE idempotency_keys (
  scope text NOT NULL,
  key text NOT NULL,
  organizer_id integer NOT NULL DEFAULT 1,
  request_hash text NOT NULL,
  booking_id uuid NOT NULL,
  status integer,
  body text,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (scope, key)
) WITH (fillfactor = 50);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys USING brin (created_at);

-- Holds live in the ledger; this is its notebook, at most 200 ms behind. Read (as a whole, it is small) when a ledger is
-- loaded; written thousands of times a second, so it has no second index.
CREATE TABLE hold_journal (
  reservation_id text PRIMARY KEY,
  event_id integer NOT NULL,
  hold json NOT NULL,
  expires_at timestamptz NOT NULL
);

-- Ends the whole statement when a count is not what it must be: half a sale is never committed.
CREATE FUNCTION must_equal(actual bigint, expected bigint, what text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF actual IS DISTINCT FROM expected THEN
    RAISE EXCEPTION '%: % instead of %', what, actual, expected USING ERRCODE = 'integrity_constraint_violation';
  END IF;
  RETURN true;
END $$;
