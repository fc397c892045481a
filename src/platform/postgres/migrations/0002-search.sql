-- Finding shows. Only public data, and no row-level security: `@@` and `%` are not leakproof, so a policy would turn
-- index scans into full scans. Written in the same transaction as the change of the catalogue that it mirrors.

-- Rows are narrow, so that ten thousand matches are counted in a few milliseconds: what is wide lies apart in TOAST
-- (`keys` uncompressed, because a walk along an order reads it row by row). The writer sees to that: it pads `document`
-- with spaces, because only rows above 2 kB are taken apart.
CREATE TABLE search_documents (
  event_id integer PRIMARY KEY REFERENCES events ON DELETE CASCADE,
  organizer_id integer NOT NULL,
  starts_at timestamptz NOT NULL,
  -- Hidden after this unless the searcher asks for the past: the end, or some hours after the start.
  shown_until timestamptz NOT NULL,
  -- -infinity: open from the start; until = -infinity: never on sale.
  on_sale_from timestamptz NOT NULL,
  on_sale_until timestamptz NOT NULL,
  -- The lowest price in thousandths of the currency, 2^53-1 if there is none: prices sort across decimals.
  price_rank bigint NOT NULL,
  latitude real,
  longitude real,
  local_date date NOT NULL,
  -- 0 sold out, 1 few left, 2 available
  stock smallint NOT NULL,
  -- Started long before it ends (a festival, an exhibition): found apart, so that a walk by date may begin at today.
  runs_long boolean NOT NULL,
  -- One document of 32, spread evenly: a search counts its matches here first.
  sampled boolean GENERATED ALWAYS AS ((event_id::bigint * 2654435761 >> 16) % 32 = 0) STORED,
  -- Folded.
  city text NOT NULL,
  type text NOT NULL,
  -- One bit for each word: a row without the bit does not have the word (see store/word-signature.ts).
  words_low bigint NOT NULL,
  words_high bigint NOT NULL,
  -- Of everything but stock: a change of stock alone touches no index.
  content_hash bigint NOT NULL,
  -- Words and facets as lexemes: `word` anywhere, `n:word` in title or performers, `v:word` in the venue's name,
  -- c: city, t: type, d: day, m: month, g: squares of the map. No positions: matching needs none.
  keys tsvector NOT NULL,
  -- What an answer shows.
  document json NOT NULL
) WITH (toast_tuple_target = 128, fillfactor = 90);
ALTER TABLE search_documents ALTER COLUMN keys SET STORAGE EXTERNAL;
-- Searches choose their plan themselves; weighing 50 alternatives by statistics took the planner 18 ms, the search 1.3.
ALTER TABLE search_documents ALTER COLUMN keys SET STATISTICS 0;
ALTER TABLE search_documents ALTER COLUMN document SET STATISTICS 0;

-- No pending list: searching through it would make every search pay for a write.
CREATE INDEX search_documents_by_keys ON search_documents USING gin (keys) WITH (fastupdate = off);
CREATE INDEX search_documents_sampled_by_keys ON search_documents USING gin (keys) WITH (fastupdate = off)
  WHERE sampled;
CREATE INDEX search_documents_by_start ON search_documents (starts_at, event_id) INCLUDE (local_date);
CREATE INDEX search_documents_sampled_by_start ON search_documents (starts_at) WHERE sampled;
CREATE INDEX search_documents_sampled_by_end ON search_documents (shown_until) WHERE sampled;
CREATE INDEX search_documents_running ON search_documents (starts_at, shown_until) WHERE runs_long;
CREATE INDEX search_documents_by_price ON search_documents (price_rank, starts_at, event_id);
CREATE INDEX search_documents_by_place ON search_documents (latitude, longitude, starts_at, event_id);

-- The three tables below only help to understand a search; a row too many does no harm. So they are only ever added to,
-- and have no unique index on purpose: writers never wait for each other, in whatever order they come. Readers take
-- each value once.

-- Every word of a document. `deletions`: hashes of the word and of what is left when one letter is lost.
CREATE TABLE search_words (
  word text COLLATE "C" NOT NULL,
  organizer_id integer NOT NULL DEFAULT 1,
  in_names boolean NOT NULL,
  -- How many of the sampled documents have it, roughly.
  frequency integer NOT NULL DEFAULT 0,
  deletions integer[] NOT NULL
);
CREATE INDEX search_words_by_word ON search_words (word, in_names);
CREATE INDEX search_words_by_letter ON search_words (left(word, 1), frequency DESC);
CREATE INDEX search_words_by_part ON search_words USING gin (word gin_trgm_ops) WITH (fastupdate = off);
CREATE INDEX search_words_by_deletion ON search_words USING gin (deletions) WITH (fastupdate = off);

CREATE TABLE search_cities (
  city text COLLATE "C" NOT NULL,
  organizer_id integer NOT NULL DEFAULT 1
);
CREATE INDEX search_cities_by_city ON search_cities (city);
CREATE INDEX search_cities_by_part ON search_cities USING gin (city gin_trgm_ops) WITH (fastupdate = off);

CREATE TABLE search_places (
  latitude real NOT NULL,
  longitude real NOT NULL,
  organizer_id integer NOT NULL DEFAULT 1
);
CREATE INDEX search_places_by_position ON search_places (latitude, longitude);

-- Great-circle distance on a sphere, good to a metre (spherical law of cosines: half the work of the haversine). Inlined
-- into the queries that use it.
CREATE FUNCTION search_distance_km(latitude real, longitude real, to_latitude float8, to_longitude float8)
RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN
  6371.0088 * acos(least(1, greatest(-1,
    sind(latitude) * sind(to_latitude) + cosd(latitude) * cosd(to_latitude) * cosd(longitude - to_longitude))));
