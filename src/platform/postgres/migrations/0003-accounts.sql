-- Who may do what: accounts, their roles with organisers, their logins, and the keys that sign access tokens.

-- Buyers and staff alike. Personal data: it is erased with the row.
CREATE TABLE accounts (
  account_id uuid PRIMARY KEY,
  -- As it was written, to write to; and the form by which it is found (domain/login-address.ts).
  email text NOT NULL,
  email_key text NOT NULL UNIQUE,
  name text,
  -- bcrypt. Null: nobody can log in by password until one is set by mail.
  password_hash text,
  -- Above all organisers.
  platform_owner boolean NOT NULL DEFAULT false,
  verified_at timestamptz,
  disabled_at timestamptz,
  -- Second factor (TOTP): asked for once it is confirmed. The last step used: a code is good once.
  totp_secret bytea,
  totp_confirmed_at timestamptz,
  totp_last_step bigint NOT NULL DEFAULT 0,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL
);

CREATE TABLE recovery_codes (
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  code_hash bytea NOT NULL,
  PRIMARY KEY (account_id, code_hash)
);

CREATE TABLE memberships (
  organizer_id integer NOT NULL REFERENCES organizers,
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  role text NOT NULL CHECK (role IN ('admin', 'manager', 'user', 'door')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (organizer_id, account_id)
);
CREATE INDEX memberships_by_account ON memberships (account_id);

-- One row per login, which lives on in a family of refresh tokens until it is ended or not refreshed in time.
CREATE TABLE logins (
  login_id uuid PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts ON DELETE CASCADE,
  user_agent text,
  created_at timestamptz NOT NULL,
  last_used_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  ended_at timestamptz,
  -- logout, password, disabled, reuse
  end_reason text
);
CREATE INDEX logins_by_account ON logins (account_id);
CREATE INDEX logins_by_end ON logins (expires_at);

-- Only hashes. A used token stays until it would have expired: so that its second use is seen.
CREATE TABLE refresh_tokens (
  token_hash bytea PRIMARY KEY,
  login_id uuid NOT NULL REFERENCES logins ON DELETE CASCADE,
  expires_at timestamptz NOT NULL,
  used_at timestamptz
);
CREATE INDEX refresh_tokens_by_login ON refresh_tokens (login_id);
CREATE INDEX refresh_tokens_by_end ON refresh_tokens (expires_at);

-- What a mail carries: to prove the address, to set a new password. Only hashes, used once.
CREATE TABLE mail_tokens (
  token_hash bytea PRIMARY KEY,
  purpose text NOT NULL CHECK (purpose IN ('verify-mail', 'reset-password')),
  -- Null: somebody asked for an address without an account (the same work is done for it).
  account_id uuid REFERENCES accounts ON DELETE CASCADE,
  -- What a later registration of an address that is not proven yet asks for: it counts once its own mail came back.
  password_hash text,
  name text,
  expires_at timestamptz NOT NULL
);
CREATE INDEX mail_tokens_by_account ON mail_tokens (account_id);
CREATE INDEX mail_tokens_by_end ON mail_tokens (expires_at);

-- Keys that sign access tokens. The private half goes when a key is retired; the public one stays while tokens live.
CREATE TABLE signing_keys (
  kid text PRIMARY KEY,
  public_jwk json NOT NULL,
  private_jwk json,
  created_at timestamptz NOT NULL,
  retired_at timestamptz
);
CREATE UNIQUE INDEX signing_keys_one_in_use ON signing_keys ((true)) WHERE retired_at IS NULL;

-- Servers trust an access token without asking, except those of accounts that are written here: read every second,
-- forgotten when no token is left that was issued before. Triggers see to it that no change is left out.
CREATE TABLE account_changes (
  change_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id uuid NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX account_changes_by_time ON account_changes (changed_at);

CREATE FUNCTION note_account_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO account_changes (account_id) VALUES (coalesce(NEW.account_id, OLD.account_id));
  RETURN NULL;
END $$;
CREATE TRIGGER accounts_note_change AFTER UPDATE ON accounts FOR EACH ROW
  WHEN (OLD.disabled_at IS DISTINCT FROM NEW.disabled_at OR OLD.platform_owner <> NEW.platform_owner)
  EXECUTE FUNCTION note_account_change();
CREATE TRIGGER accounts_note_end AFTER DELETE ON accounts FOR EACH ROW EXECUTE FUNCTION note_account_change();
CREATE TRIGGER memberships_note_change AFTER INSERT OR UPDATE OR DELETE ON memberships
  FOR EACH ROW EXECUTE FUNCTION note_account_change();
CREATE TRIGGER logins_note_end AFTER UPDATE ON logins FOR EACH ROW
  WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at) EXECUTE FUNCTION note_account_change();

-- The key of the first start is the platform's owner; keys of organisers never are, whatever their scopes.
ALTER TABLE api_keys ADD COLUMN platform_owner boolean NOT NULL DEFAULT false;
UPDATE api_keys SET platform_owner = true WHERE '*' = ANY (scopes);
