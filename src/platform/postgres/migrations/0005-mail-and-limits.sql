-- Mails: asked for through the outbox (topic mail.requested), noted here once per cause, written and sent from here.

CREATE TABLE mails (
  mail_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  -- What made it necessary (booking-<id>-confirmed): one mail per cause, whatever is delivered twice.
  cause text NOT NULL,
  kind text NOT NULL,
  -- Emptied when it is old: the cause stays, the person goes.
  recipient text NOT NULL,
  -- What its text is written from. Emptied once sent: links in it are as good as keys.
  facts json NOT NULL,
  -- Kept from the first attempt on, and with it the Message-ID.
  sender text,
  state text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given-up')),
  attempt_count integer NOT NULL DEFAULT 0,
  -- When it may be tried (again). Whoever tries it pushes this ahead first, so that nobody else does meanwhile.
  next_attempt_at timestamptz NOT NULL,
  last_fault text,
  created_at timestamptz NOT NULL,
  sent_at timestamptz,
  UNIQUE (organizer_id, cause)
);
CREATE INDEX mails_waiting ON mails (next_attempt_at) WHERE state = 'waiting';
CREATE INDEX mails_by_age ON mails (created_at) WHERE recipient <> '';

-- Where mail goes while no mail server is named: readable at /dev/mail.
CREATE TABLE kept_mails (
  mail_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  message_id text NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  body_text text NOT NULL,
  body_html text NOT NULL,
  kept_at timestamptz NOT NULL
);
CREATE INDEX kept_mails_by_time ON kept_mails (kept_at, mail_id);

-- How far a reader of the whole event store has come: it has handled every event that an older transaction than `below`
-- wrote, and needs to look at no position up to `after_position` again.
CREATE TABLE event_followers (
  name text PRIMARY KEY,
  below xid8 NOT NULL,
  after_position bigint NOT NULL
);
-- Bookings of before are not written to any more.
INSERT INTO event_followers (name, below, after_position) VALUES ('booking mails', pg_snapshot_xmin(pg_current_snapshot()), 0);
