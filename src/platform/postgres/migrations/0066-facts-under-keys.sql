-- Under the key of a declined purchase lie the facts that its answer is made of; `status` and `body`, the answer itself as
-- earlier versions kept it, are only read, as long as such keys live (a day).
ALTER TABLE idempotency_keys ADD COLUMN facts jsonb;
