-- The other processes that this one reaches at their addresses, as it last said. Null: it has not looked yet, or its version does
-- not say; it then has no opinion.
ALTER TABLE processes ADD COLUMN reached uuid[];
