-- What an organiser must let buyers read: every version is kept, for bookings name those that their buyers agreed to.
CREATE TABLE legal_texts (
  organizer_id integer NOT NULL REFERENCES organizers ON DELETE CASCADE,
  kind text NOT NULL CHECK (kind IN ('imprint', 'terms', 'privacy')),
  version integer NOT NULL CHECK (version > 0),
  language text NOT NULL CHECK (language IN ('en', 'de')),
  body text NOT NULL CHECK (body <> ''),
  since timestamptz NOT NULL,
  PRIMARY KEY (organizer_id, kind, version)
);
CREATE FUNCTION refuse_legal_text_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a published text is never changed: publish the next version' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER legal_texts_kept BEFORE UPDATE ON legal_texts FOR EACH STATEMENT EXECUTE FUNCTION refuse_legal_text_change();
SELECT raise_walls();
CREATE POLICY announced ON legal_texts FOR SELECT USING ((SELECT scope_catalogue()));
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN RETURN; END IF;
  REVOKE UPDATE, DELETE ON legal_texts FROM onsale_request;
END $$;
-- For whom a company buys, as its receipt says it: personal data like the rest of the contact.
ALTER TABLE booking_contacts ADD COLUMN company_name text, ADD COLUMN vat_id text;
