-- Shows hang on the clock of their place. An organiser may say its zone once, for the places of which nobody has said any.
ALTER TABLE organizers ADD COLUMN time_zone text;
-- The start was said without zone: whoever corrects the zone means the same hour.
ALTER TABLE events ADD COLUMN is_wall_clock boolean NOT NULL DEFAULT false;

-- Zones under one name: no Etc/GMT-2, which everybody reads the wrong way round. Null: it says where it is, and stays.
CREATE FUNCTION plain_zone(zone text) RETURNS text LANGUAGE sql IMMUTABLE RETURN CASE
  WHEN lower(zone) ~ '^(etc/)?(utc|uct|zulu|universal|greenwich|gmt([+-]?0)?)$' THEN 'UTC'
  WHEN zone ~* '^etc/gmt[+-]\d{1,2}$' THEN
    translate(substr(zone, 8, 1), '+-', '-+') || lpad(substr(zone, 9), 2, '0') || ':00'
END;

-- What imports guessed from an offset is no zone of a venue.
UPDATE venues SET time_zone = 'UTC' WHERE plain_zone(time_zone) IS NOT NULL AND time_zone <> 'UTC';

-- Shows that should be by their venue's clock and are not: those in UTC or at a bare offset, and those which took their
-- zone from a venue (where they were first, or under the zone it had then) and never said one themselves.
CREATE TEMPORARY TABLE moved_clocks ON COMMIT DROP AS
WITH candidates AS (
  SELECT e.event_id, e.organizer_id, e.venue_id, e.time_zone AS before, v.time_zone AS after
  FROM events e JOIN venues v USING (venue_id)
  -- PostgreSQL tells the day there below.
  WHERE v.time_zone <> 'UTC' AND e.time_zone <> v.time_zone AND v.time_zone IN (SELECT name FROM pg_timezone_names)
), history AS (
  SELECT c.event_id, s.type, CASE s.type WHEN 'EventCreated' THEN s.data ELSE s.data -> 'changes' END AS said
  FROM candidates c JOIN event_store s ON s.stream = 'event-' || c.event_id AND s.type IN ('EventCreated', 'EventUpdated')
), venues_of AS (
  SELECT event_id, venue_id FROM candidates UNION SELECT event_id, (said ->> 'venueId')::int FROM history
), zones_of AS (
  SELECT o.event_id, coalesce(s.data ->> 'timeZone', s.data -> 'changes' ->> 'timeZone') AS zone FROM venues_of o
    JOIN event_store s ON s.stream = 'venue-' || o.venue_id AND s.type IN ('VenueCreated', 'VenueUpdated')
)
SELECT event_id, organizer_id, after FROM candidates
WHERE plain_zone(before) IS NOT NULL OR (
  (event_id, before) IN (SELECT event_id, zone FROM zones_of)
  AND event_id NOT IN (SELECT event_id FROM history WHERE type = 'EventUpdated' AND said ->> 'timeZone' IS NOT NULL));

INSERT INTO moved_clocks
SELECT event_id, organizer_id, plain_zone(time_zone) FROM events
WHERE plain_zone(time_zone) <> time_zone AND event_id NOT IN (SELECT event_id FROM moved_clocks);

UPDATE events e SET time_zone = m.after, version = version + 1 FROM moved_clocks m WHERE m.event_id = e.event_id;

INSERT INTO event_store (organizer_id, stream, version, type, data, metadata, occurred_at)
SELECT m.organizer_id, 'event-' || m.event_id,
  (SELECT coalesce(max(s.version), 0) + 1 FROM event_store s WHERE s.stream = 'event-' || m.event_id), 'EventUpdated',
  json_build_object('changes', json_build_object('timeZone', m.after)),
  json_build_object('actor', 'system', 'correlationId', 'migration-0033',
    'causationId', 'migration-0033'), now()
FROM moved_clocks m;

-- Search finds them on the day that they have now. The document is padded so that it lies apart (see 0002-search.sql).
UPDATE search_documents d SET
  local_date = day.day,
  keys = ts_delete(d.keys, ARRAY['d:' || d.local_date, 'm:' || to_char(d.local_date, 'YYYY-MM')])
    || array_to_tsvector(ARRAY['d:' || day.day, 'm:' || to_char(day.day, 'YYYY-MM')]),
  document = (jsonb_set(d.document::jsonb, '{timeZone}', to_jsonb(m.after))::text || repeat(' ', 2100))::json,
  -- None: it is written anew with the next change.
  content_hash = 0
FROM moved_clocks m, LATERAL (
  SELECT CASE WHEN m.after ~ '^[A-Za-z]' THEN (x.starts_at AT TIME ZONE m.after)::date ELSE x.local_date END AS day
  FROM search_documents x WHERE x.event_id = m.event_id) AS day
WHERE d.event_id = m.event_id;

DROP FUNCTION plain_zone(text);
