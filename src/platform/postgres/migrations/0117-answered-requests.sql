-- What other services asked for by RabbitMQ, and what they were answered: whoever asks again under the same id is answered the same, and
-- nothing is done again. Belongs to nobody: a request is found by its id alone, and says whose it is by its key.
CREATE TABLE answered_requests (
  message_id uuid PRIMARY KEY,
  -- Of what was asked, and with which key: another request of the same id is none of it.
  request_hash text NOT NULL,
  -- {topic, payload}; null: it has none.
  reply json,
  answered_at timestamptz NOT NULL DEFAULT now()
);
