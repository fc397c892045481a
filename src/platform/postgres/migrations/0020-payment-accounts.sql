-- Accounts of organisers at a payment provider through which payments were begun, and when the last was. Their books are
-- held against ours for as long as such a payment may change, also after the organiser has set another account.
CREATE TABLE payment_accounts (
  organizer_id integer NOT NULL REFERENCES organizers ON DELETE CASCADE,
  account text NOT NULL,
  used_at timestamptz NOT NULL,
  PRIMARY KEY (organizer_id, account)
);
CREATE INDEX payment_accounts_by_use ON payment_accounts (used_at);
