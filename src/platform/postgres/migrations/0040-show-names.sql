-- What sources call a show, so that an import finds it again: its `@id`, its identifiers, its addresses, each of these with
-- a start, a hash of its title, start and venue, and what tells two shows alike in those apart. A name begins with its
-- kind. Several shows may share one (a home page), so no name is unique.
CREATE TABLE show_names (
  organizer_id integer NOT NULL REFERENCES organizers ON DELETE CASCADE,
  name text NOT NULL,
  event_id integer NOT NULL REFERENCES events ON DELETE CASCADE,
  PRIMARY KEY (organizer_id, name, event_id)
);
CREATE INDEX show_names_by_event ON show_names (event_id);
SELECT raise_walls();

-- Shows that came in before have one name, the source id of their event: an `@id`, with a start where the page named
-- several dates alike, or the hash.
INSERT INTO show_names (organizer_id, name, event_id)
SELECT organizer_id, 'text ' || source_id, event_id FROM events WHERE source_id LIKE 'show:%';
INSERT INTO show_names (organizer_id, name, event_id)
SELECT organizer_id, 'id ' || regexp_replace(source_id, '#\d{4}-\d\d-\d\dT[0-9:.]+Z$', ''), event_id
FROM events WHERE source_id NOT LIKE 'show:%';
INSERT INTO show_names (organizer_id, name, event_id)
SELECT organizer_id, 'date id ' || regexp_replace(source_id, '#(\d{4}-\d\d-\d\dT[0-9:.]+Z)$', ' \1'), event_id
FROM events WHERE source_id ~ '#\d{4}-\d\d-\d\dT[0-9:.]+Z$' AND source_id NOT LIKE 'show:%' AND length(source_id) < 400;
