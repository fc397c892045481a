-- What was guessed wrong or declined lately, counted for all processes of an Onsale together. Short-lived: a row goes when
-- its window has passed. It belongs to no organiser, and requests (the role onsale_request) may not even read it.
CREATE TABLE attempt_counts (
  -- SHA-256 of what is limited, by which kind of name, and the name: an address or a network cannot be read from it.
  key bytea PRIMARY KEY CHECK (octet_length(key) = 32),
  failures integer NOT NULL CHECK (failures >= 0),
  under_way integer NOT NULL CHECK (under_way >= 0),
  ends_at timestamptz NOT NULL
);
CREATE INDEX attempt_counts_by_end ON attempt_counts (ends_at);
