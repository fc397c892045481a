-- Whether the processes of one Onsale sign for each other with the same secret is seen before one joins. A keyed hash of it: the
-- secret cannot be read from it. Null where a version before this one wrote the row.
ALTER TABLE processes ADD COLUMN secret_mark text;
