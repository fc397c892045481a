-- Names that are proposed while somebody types: of performers, venues and cities. Like the other tables that help to understand a
-- search it is only ever added to and has no unique index, so writers never wait for each other. What is proposed is looked up in
-- the documents: a name that is wrong by now, or whose shows are not public any more, is never shown.
CREATE TABLE search_names (
  kind text NOT NULL CHECK (kind IN ('performer', 'venue', 'city')),
  -- The lexeme of the documents that have it: p:12, v:7, c:porto.
  lexeme text COLLATE "C" NOT NULL,
  -- Folded, as a phrase and as words.
  begins text COLLATE "C" NOT NULL,
  words tsvector NOT NULL,
  -- How many of the sampled documents have it, roughly.
  frequency integer NOT NULL DEFAULT 0
);
CREATE INDEX search_names_by_lexeme ON search_names (lexeme);
CREATE INDEX search_names_by_letter ON search_names (kind, left(begins, 1), frequency DESC);
CREATE INDEX search_names_of_performers ON search_names USING gin (words) WITH (fastupdate = off) WHERE kind = 'performer';
CREATE INDEX search_names_of_venues ON search_names USING gin (words) WITH (fastupdate = off) WHERE kind = 'venue';
CREATE INDEX search_names_of_cities ON search_names USING gin (words) WITH (fastupdate = off) WHERE kind = 'city';

DO $$
BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'onsale_request') THEN
    GRANT SELECT, INSERT, UPDATE ON search_names TO onsale_request;
  END IF;
END $$;

-- Which way of describing a document was written with (search-document.ts): those of an earlier one are described again in the
-- background.
ALTER TABLE search_documents ADD COLUMN described_as smallint NOT NULL DEFAULT 1;
CREATE INDEX search_documents_by_description ON search_documents (described_as, event_id);
