-- How many connections of this server each process may have, so that a start can say whether they all fit. Null: it does not say.
ALTER TABLE processes ADD COLUMN connections integer CHECK (connections > 0);
