-- The edition since which a show is at another date or place: whoever bought for an earlier one may give the tickets back,
-- from that moment on, told or not.
ALTER TABLE events ADD COLUMN moved_edition integer NOT NULL DEFAULT 0;
UPDATE events e SET moved_edition = c.edition
FROM (SELECT event_id, max(edition) AS edition FROM show_changes WHERE kind IN ('postponed', 'resumed', 'moved') GROUP BY event_id) c
WHERE c.event_id = e.event_id;

-- Shows that are postponed now: what their buyers know is the date from before, which only the history has if another was
-- written down since.
WITH put_off AS (
  SELECT DISTINCT ON (e.event_id) e.event_id, p.version, p.metadata ->> 'correlationId' AS request
  FROM events e JOIN event_store p ON p.stream = 'event-' || e.event_id AND p.type = 'EventPostponed'
  WHERE e.status = 'postponed' AND e.published_at IS NOT NULL AND e.known_as IS NULL
  ORDER BY e.event_id, p.version DESC
), known AS (
  SELECT DISTINCT ON (o.event_id) o.event_id, coalesce(s.data ->> 'startsAt', s.data -> 'changes' ->> 'startsAt')::float8 AS starts_at
  FROM put_off o JOIN event_store s ON s.stream = 'event-' || o.event_id AND s.version < o.version
  WHERE s.type IN ('EventCreated', 'EventUpdated') AND coalesce(s.data ->> 'startsAt', s.data -> 'changes' ->> 'startsAt') IS NOT NULL
    -- What came with the postponement is a date that nobody was told.
    AND NOT (s.version = o.version - 1 AND s.type = 'EventUpdated' AND s.metadata ->> 'correlationId' = o.request)
  ORDER BY o.event_id, s.version DESC
)
UPDATE events e SET previous_starts_at = to_timestamp(k.starts_at / 1000), known_as = json_build_object(
  'status', 'published', 'venueId', e.venue_id, 'facts', json_build_object(
    'startsAt', k.starts_at, 'doorsAt', extract(epoch FROM e.doors_at) * 1000, 'endsAt', extract(epoch FROM e.ends_at) * 1000,
    'timeZone', e.time_zone, 'venue', v.name,
    'address', nullif(concat_ws(', ', v.address, nullif(concat_ws(' ', v.postal_code, v.city), '')), '')))
FROM known k, venues v WHERE k.event_id = e.event_id AND v.venue_id = e.venue_id;
