-- Links of mails that went to a wrong address open nothing any more: a link names the version that it was made of. 0: as links always were.
ALTER TABLE bookings ADD COLUMN link_version integer NOT NULL DEFAULT 0 CHECK (link_version >= 0);
