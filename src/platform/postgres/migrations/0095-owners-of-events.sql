-- Which process decides about which events (docs/adr/0035). Written only where several processes may live on the database.

CREATE TABLE processes (
  process_id uuid PRIMARY KEY,
  -- Where other processes reach it: host:port of its private listener.
  address text NOT NULL,
  roles text[] NOT NULL,
  version text NOT NULL,
  -- 'dead' is final. Rows of the dead are kept as long as a slot names them.
  state text NOT NULL DEFAULT 'living' CHECK (state IN ('living', 'leaving', 'dead')),
  started_at timestamptz NOT NULL DEFAULT now(),
  -- By the clock of PostgreSQL alone.
  until timestamptz NOT NULL
);
CREATE INDEX processes_not_dead ON processes (until) WHERE state <> 'dead';

CREATE SEQUENCE slot_fences AS bigint;

-- Rows are never deleted and a fence is never handed out twice.
CREATE TABLE slots (
  slot smallint PRIMARY KEY CHECK (slot BETWEEN 0 AND 255),
  -- Null while nobody owns it.
  process_id uuid REFERENCES processes,
  fence bigint NOT NULL DEFAULT nextval('slot_fences'),
  -- Changed by nobody: whoever may update one column may lock the row.
  lockable boolean NOT NULL DEFAULT true,
  -- A change of the owner takes the strong lock, which waits for those who write under the fence (FOR KEY SHARE).
  UNIQUE (slot, fence)
);
INSERT INTO slots (slot) SELECT generate_series(0, 255);

-- Who writes under a fence locks its row; nothing more.
DO $$
DECLARE
  role text;
BEGIN
  FOR role IN SELECT rolname FROM pg_roles WHERE rolname IN ('onsale_sale', 'onsale_request') LOOP
    EXECUTE format('GRANT SELECT, UPDATE (lockable) ON slots TO %I', role);
  END LOOP;
END $$;

-- Jobs that one process of several runs: whose turn it is.
CREATE TABLE job_turns (
  name text PRIMARY KEY,
  process_id uuid NOT NULL,
  until timestamptz NOT NULL
);
