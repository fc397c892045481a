-- Organisers as tenants, and the second wall between them: row-level security on every table with an organizer_id. The
-- first wall is in the code (every statement of a request names its organiser); this one holds where the first has a gap.

-- What anybody may know of an organiser.
ALTER TABLE organizers
  ADD COLUMN currency text NOT NULL DEFAULT 'EUR' CHECK (currency ~ '^[A-Z]{3}$'),
  ADD COLUMN description text,
  ADD COLUMN website text,
  ADD COLUMN logo_url text,
  ADD COLUMN accent_color text CHECK (accent_color ~ '^#[0-9a-f]{6}$'),
  ADD COLUMN version integer NOT NULL DEFAULT 1,
  ADD COLUMN updated_at timestamptz NOT NULL DEFAULT now(),
  ADD CHECK (slug ~ '^[a-z0-9](-?[a-z0-9])*$' AND length(slug) BETWEEN 2 AND 50);

-- What only its members may know: the sender of its mails, where its money goes, what its receipts say of the seller.
CREATE TABLE organizer_settings (
  organizer_id integer PRIMARY KEY REFERENCES organizers ON DELETE CASCADE,
  mail_sender_name text,
  mail_sender_address text,
  mail_reply_to text,
  payment_account text,
  seller_name text,
  seller_address text,
  tax_number text
);

-- An invitation is accepted once, by whoever is signed in and brings its token; only a hash of that is kept.
CREATE TABLE invitations (
  invitation_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL REFERENCES organizers ON DELETE CASCADE,
  mail text NOT NULL,
  role text NOT NULL,
  token_hash bytea NOT NULL UNIQUE,
  invited_by text NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  accepted_at timestamptz,
  accepted_by uuid,
  revoked_at timestamptz
);
CREATE INDEX invitations_by_organizer ON invitations (organizer_id, invitation_id);
CREATE INDEX api_keys_by_organizer ON api_keys (organizer_id, api_key_id);

-- Holds belong to the organiser of their event.
ALTER TABLE hold_journal ADD COLUMN organizer_id integer;
UPDATE hold_journal h SET organizer_id = (SELECT e.organizer_id FROM events e WHERE e.event_id = h.event_id);
DELETE FROM hold_journal WHERE organizer_id IS NULL;
ALTER TABLE hold_journal ALTER COLUMN organizer_id SET NOT NULL;

-- A vocabulary of all public documents together belongs to nobody.
ALTER TABLE search_words DROP COLUMN organizer_id;
ALTER TABLE search_cities DROP COLUMN organizer_id;
ALTER TABLE search_places DROP COLUMN organizer_id;

-- `lower()` is not leakproof: behind the wall an index on it serves nobody, one on a column does.
ALTER TABLE venues ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED;
ALTER TABLE performers ADD COLUMN name_key text GENERATED ALWAYS AS (lower(name)) STORED;
DROP INDEX venues_by_name, performers_by_name;
CREATE INDEX venues_by_name ON venues (organizer_id, name_key);
CREATE INDEX performers_by_name ON performers (organizer_id, name_key);
CREATE INDEX events_by_organizer ON events (organizer_id, starts_at, event_id);
CREATE INDEX events_by_seating_plan ON events (seating_plan_id) WHERE seating_plan_id IS NOT NULL;

-- History is written, never rewritten. Personal data stands apart from it, so that erasing a person needs no exception.
CREATE FUNCTION refuse_history_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the event store is only ever added to' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER event_store_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON event_store
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_history_change();

-- As whom a transaction asks. Three settings, local to it; none of them: nobody, who sees nothing.
--   app.organizers  {1,2}  whose rows may be seen and changed
--   app.user        {…}    a buyer (guest session, account:<id>): whose bookings may be seen
--   app.catalogue   on     what organisers have announced may be seen
CREATE FUNCTION scope_organizers() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(translate(current_setting('app.organizers', true), '{} ', ''), ''), ',')::integer[];
CREATE FUNCTION scope_customers() RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE
  RETURN string_to_array(nullif(translate(current_setting('app.user', true), '{}" ', ''), ''), ',');
CREATE FUNCTION scope_catalogue() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(current_setting('app.catalogue', true), '') = 'on';
CREATE FUNCTION scope_is_none() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  RETURN coalesce(current_setting('app.organizers', true), '') = '';

-- The role of requests: it owns nothing and passes no wall. Where we may not make one (a database user without
-- CREATEROLE), requests stay with the connecting role, which as owner is held by the same walls, because they are FORCEd.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN
    BEGIN
      CREATE ROLE onsale_request NOLOGIN NOINHERIT;
    EXCEPTION
      -- Another database of this server made it at the same moment.
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN NULL;
    END;
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request' AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'the role onsale_request passes through row-level security' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO onsale_request', current_schema());
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
      BEGIN
        GRANT onsale_request TO CURRENT_USER;
      EXCEPTION WHEN insufficient_privilege OR unique_violation THEN NULL;
      END;
    END IF;
  END IF;
END $$;

-- Raises the wall around a table: whoever is in an organiser's scope sees and changes its rows; the connecting role, as
-- long as it asks as nobody (jobs, relay, ledgers, migrations), sees all (a superuser does so anyway). The subselects are
-- evaluated once per statement, not per row.
CREATE FUNCTION raise_wall(fenced regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  own constant text := 'organizer_id = ANY ((SELECT scope_organizers())::integer[])';
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', fenced);
  EXECUTE format('CREATE POLICY organizers ON %s USING (%s) WITH CHECK (%s)', fenced, own, own);
  EXECUTE format('CREATE POLICY system ON %s TO CURRENT_USER USING (scope_is_none()) WITH CHECK (scope_is_none())', fenced);
  -- Buyers see their own bookings, and what belongs to those.
  IF fenced <> 'bookings'::regclass AND EXISTS (
    SELECT FROM pg_attribute WHERE attrelid = fenced AND attname = 'booking_id' AND NOT attisdropped
  ) THEN
    EXECUTE format('CREATE POLICY buyers ON %1$s FOR SELECT USING ((SELECT scope_customers()) IS NOT NULL
      AND EXISTS (SELECT FROM bookings b WHERE b.booking_id = %1$s.booking_id))', fenced);
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO onsale_request', fenced);
  END IF;
END $$;

-- Raises the wall around every table with an organizer_id that has none yet; runs after every migration.
CREATE FUNCTION raise_walls() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  fenced regclass;
  raised integer := 0;
BEGIN
  FOR fenced IN
    SELECT c.oid::regclass FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relrowsecurity
      AND a.attname = 'organizer_id' AND NOT a.attisdropped
    ORDER BY c.relname
  LOOP
    PERFORM raise_wall(fenced);
    raised := raised + 1;
  END LOOP;
  RETURN raised;
END $$;
SELECT raise_walls();

-- What has been announced, for everybody who may look at the catalogue. A policy that reads another table reads it
-- through that table's own wall: what hangs on an event is seen by whoever sees the event.
CREATE POLICY announced ON events FOR SELECT USING ((SELECT scope_catalogue()) AND is_active AND status <> 'draft');
CREATE POLICY announced ON ticket_types FOR SELECT USING (
  (SELECT scope_catalogue()) AND EXISTS (SELECT FROM events e WHERE e.event_id = ticket_types.event_id));
CREATE POLICY announced ON event_performers FOR SELECT USING (
  (SELECT scope_catalogue()) AND EXISTS (SELECT FROM events e WHERE e.event_id = event_performers.event_id));
CREATE POLICY announced ON tickets FOR SELECT USING (
  (SELECT scope_catalogue()) AND EXISTS (SELECT FROM events e WHERE e.event_id = tickets.event_id));
CREATE POLICY announced ON seating_plans FOR SELECT USING (
  (SELECT scope_catalogue()) AND EXISTS (SELECT FROM events e WHERE e.seating_plan_id = seating_plans.seating_plan_id));
-- The words that shows are made of.
CREATE POLICY announced ON venues FOR SELECT USING ((SELECT scope_catalogue()));
CREATE POLICY announced ON performers FOR SELECT USING ((SELECT scope_catalogue()));
CREATE POLICY announced ON event_series FOR SELECT USING ((SELECT scope_catalogue()));
CREATE POLICY announced ON organizers FOR SELECT USING ((SELECT scope_catalogue()));
-- Search documents hold only what is public. `true` is no condition: `@@` and `%` are not leakproof, and behind any other
-- policy their index scans would become full scans (0.03 ms -> 21 ms over 200,000 documents).
CREATE POLICY announced ON search_documents FOR SELECT USING (true);

-- A buyer's own bookings, their history, and the shows they are for, hidden ones too. (`bookings` has an index by owner.)
CREATE POLICY buyers ON bookings FOR SELECT USING (session_id = ANY ((SELECT scope_customers())::text[]));
CREATE POLICY buyers ON events FOR SELECT USING ((SELECT scope_customers()) IS NOT NULL AND event_id = ANY (
  ARRAY (SELECT b.event_id FROM bookings b WHERE b.session_id = ANY ((SELECT scope_customers())::text[]))));
CREATE POLICY buyers ON ticket_types FOR SELECT USING ((SELECT scope_customers()) IS NOT NULL AND event_id = ANY (
  ARRAY (SELECT b.event_id FROM bookings b WHERE b.session_id = ANY ((SELECT scope_customers())::text[]))));
CREATE POLICY buyers ON event_store FOR SELECT USING (
  (SELECT scope_customers()) IS NOT NULL AND CASE WHEN stream ~ '^booking-[0-9a-f-]{36}$'
    THEN EXISTS (SELECT FROM bookings b WHERE b.booking_id = substr(stream, 9)::uuid) ELSE false END);

-- What requests may do beside reading and changing the rows of their scope.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN RETURN; END IF;
  REVOKE UPDATE, DELETE ON event_store FROM onsale_request;
  REVOKE UPDATE, DELETE ON outbox FROM onsale_request;
  REVOKE INSERT, DELETE ON organizers FROM onsale_request;
  GRANT SELECT, INSERT, UPDATE ON search_words, search_cities, search_places TO onsale_request;
END $$;
