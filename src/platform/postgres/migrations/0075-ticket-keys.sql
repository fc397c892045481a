-- Keys that sign the codes of tickets (Ed25519). Both halves stay: a code is made when it is read, and always the same one.
-- They belong to no organiser, and requests (the role onsale_request) may not even read them.
CREATE TABLE ticket_keys (
  -- Stands in six bits of the code.
  key_no smallint PRIMARY KEY CHECK (key_no BETWEEN 0 AND 63),
  public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
  private_key bytea NOT NULL,
  -- Orders made from then on are signed with it, until the next one begins.
  signs_from timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  -- Somebody else may have it: it opens no door and signs nothing any more.
  revoked_at timestamptz
);
