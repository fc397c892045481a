-- How the search engine is fed with search_documents, where there is one: what the process that feeds it has done, for all others to
-- see. One row.
CREATE TABLE search_feed (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  -- The index that holds all documents and follows their changes, and which version of the index that is; null: there is none.
  serving text,
  serving_version smallint,
  -- The index that is being filled beside it, and how far that is.
  building text,
  copied integer NOT NULL DEFAULT 0,
  to_copy integer NOT NULL DEFAULT 0,
  -- Changes that were committed by then are in the index.
  fed_until timestamptz,
  -- When somebody wanted an index made anew; null once that is begun.
  rebuild_wanted_at timestamptz
);
INSERT INTO search_feed DEFAULT VALUES;
