-- Mails: asked for through the outbox (topic mail.requested), written here once per cause, sent from here.

CREATE TABLE mails (
  mail_id uuid PRIMARY KEY,
  organizer_id integer NOT NULL,
  -- What made it necessary (booking-<id>-confirmed): one mail per cause, whatever is delivered twice.
  cause text NOT NULL,
  kind text NOT NULL,
  recipient text NOT NULL,
  sender text,
  subject text NOT NULL,
  -- Emptied once another server has taken the mail: links in it are as good as keys.
  body_text text,
  body_html text,
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

-- Where mail goes while no mail server is named: readable at /dev/mail.
CREATE TABLE kept_mails (
  message_id text PRIMARY KEY,
  organizer_id integer NOT NULL,
  sender text NOT NULL,
  recipient text NOT NULL,
  subject text NOT NULL,
  body_text text NOT NULL,
  body_html text,
  kept_at timestamptz NOT NULL
);
CREATE INDEX kept_mails_by_time ON kept_mails (kept_at DESC, message_id);

-- How far a reader of the whole event store has come.
CREATE TABLE event_followers (
  name text PRIMARY KEY,
  -- Every event written by an older transaction has been handled.
  below bigint NOT NULL
);
