-- How many places of an event may be held at once, by one customer and from one network, where not as usual.
ALTER TABLE events ADD COLUMN hold_limits jsonb;
