-- The role of sales: batches of purchases are written as it, by the thousand. It may do what a purchase does and nothing
-- else, and of the walls only one concerns it: the rows of the organisers in its scope. The policies for buyers and for
-- whoever looks around are not its own; PostgreSQL prepared and never asked them, which cost 1 ms a batch.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_sale') THEN
    BEGIN
      CREATE ROLE onsale_sale NOLOGIN NOINHERIT;
    EXCEPTION
      WHEN duplicate_object OR unique_violation THEN NULL;
      WHEN insufficient_privilege THEN NULL;
    END;
  END IF;
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_sale') THEN RETURN; END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_sale' AND (rolsuper OR rolbypassrls)) THEN
    RAISE EXCEPTION 'the role onsale_sale passes through row-level security' USING ERRCODE = 'insufficient_privilege';
  END IF;
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO onsale_sale', current_schema());
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    BEGIN
      GRANT onsale_sale TO CURRENT_USER;
    EXCEPTION WHEN insufficient_privilege OR unique_violation THEN NULL;
    END;
  END IF;
  GRANT SELECT, UPDATE ON tickets, promo_codes TO onsale_sale;
  GRANT SELECT, INSERT, UPDATE ON bookings, idempotency_keys, promo_code_uses TO onsale_sale;
  GRANT SELECT, INSERT ON booking_contacts, payments, payment_work TO onsale_sale;
  GRANT INSERT ON event_store, outbox TO onsale_sale;
END $$;

-- Who asks for buyers and for whoever looks around: requests, and the connecting role where it is all there is.
CREATE FUNCTION viewing_roles() RETURNS text LANGUAGE sql STABLE RETURN
  'CURRENT_USER' || CASE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN ', onsale_request' ELSE '' END;

DO $$
DECLARE
  policy record;
BEGIN
  FOR policy IN
    SELECT polname AS name, polrelid::regclass AS fenced FROM pg_policy
    WHERE polname IN ('announced', 'buyers') AND polrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
  LOOP
    EXECUTE format('ALTER POLICY %I ON %s TO %s', policy.name, policy.fenced, viewing_roles());
  END LOOP;
END $$;

-- As before (0009), with the policy for buyers given to those who ask for them.
CREATE OR REPLACE FUNCTION raise_wall(fenced regclass) RETURNS void LANGUAGE plpgsql AS $$
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
    EXECUTE format('CREATE POLICY buyers ON %1$s FOR SELECT TO %2$s USING ((SELECT scope_customers()) IS NOT NULL
      AND (SELECT true FROM bookings b WHERE b.booking_id = %1$s.booking_id))', fenced, viewing_roles());
  END IF;
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO onsale_request', fenced);
  END IF;
END $$;
