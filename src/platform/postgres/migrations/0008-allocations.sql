-- What the tickets' rows say why they are blocked: so that a release frees these, and nothing that staff blocked since.
ALTER TABLE allocations ADD COLUMN reason text NOT NULL DEFAULT '';
