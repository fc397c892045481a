-- Who made a key, as its history tells: whoever leaves takes along what they made.
ALTER TABLE api_keys ADD COLUMN created_by text NOT NULL DEFAULT 'system';
UPDATE api_keys k SET created_by = e.metadata ->> 'actor' FROM event_store e
  WHERE e.stream = 'key-' || k.api_key_id AND e.version = 1 AND e.type = 'ApiKeyCreated' AND e.metadata ->> 'actor' IS NOT NULL;
ALTER TABLE api_keys ALTER COLUMN created_by DROP DEFAULT;
CREATE INDEX api_keys_by_maker ON api_keys (created_by);
CREATE INDEX invitations_by_maker ON invitations (invited_by);
