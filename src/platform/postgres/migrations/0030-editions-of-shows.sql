-- Shows that change after they were announced: what their buyers know, and who is still to be told.

-- How many changes of the show its buyers were to be told of. Holds and bookings remember the edition that they were made
-- for: who has an earlier one does not know of the change, however late the payment comes.
ALTER TABLE events ADD COLUMN edition integer NOT NULL DEFAULT 0;
-- When it was to begin before it was last moved or postponed; null: as announced.
ALTER TABLE events ADD COLUMN previous_starts_at timestamptz;
-- While it is postponed: the show as its buyers know it. What is edited meanwhile they are told when it is on sale again.
ALTER TABLE events ADD COLUMN known_as json;

-- Changes are told to bookings of an earlier edition. Those that are being told of now: to every booking there is.
ALTER TABLE show_changes ADD COLUMN edition integer NOT NULL DEFAULT 1;
UPDATE show_changes SET edition = 0 WHERE state = 'done';
UPDATE events SET edition = 1 WHERE event_id IN (SELECT event_id FROM show_changes WHERE state = 'running')
  OR event_id IN (SELECT (payload ->> 'eventId')::int FROM outbox WHERE topic = 'show.changed');
ALTER TABLE show_changes DROP CONSTRAINT show_changes_kind_check;
ALTER TABLE show_changes ADD CONSTRAINT show_changes_kind_check
  CHECK (kind IN ('cancelled', 'postponed', 'resumed', 'moved', 'updated'));
