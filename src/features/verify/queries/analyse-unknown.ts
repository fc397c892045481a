import type { Queryable } from '../../../platform/postgres/database.ts';

/**
 * Has PostgreSQL look at large tables that it knows nothing about, or that have grown by half since it did. It does so
 * itself after a while, but a crash makes it forget what it had meant to look at, and the same checks that take two seconds
 * with statistics took 94 without.
 */
export async function analyseUnknown(bypassingRls: Queryable, signal?: AbortSignal): Promise<void> {
  const rows = await bypassingRls.query<{ name: string }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = current_schema() AND c.relkind = 'r' AND NOT c.relispartition
       AND pg_relation_size(c.oid) > 1000000
       AND (c.reltuples < 0 OR pg_relation_size(c.oid) > 1.5 * c.relpages * current_setting('block_size')::int
         OR NOT EXISTS (SELECT FROM pg_stats s WHERE s.schemaname = n.nspname AND s.tablename = c.relname))`,
  );
  for (const { name } of rows) {
    signal?.throwIfAborted();
    // Whoever may not, hears a warning.
    await bypassingRls.query(`ANALYZE ${name}`);
  }
}
