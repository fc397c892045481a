import type { Queryable } from '../../../platform/postgres/database.ts';

/**
 * Lets one transaction at a time look for an organiser's venue, performer or series of a name and make it: the next waits
 * until this one ends, and then finds it.
 */
export async function lockName(
  tx: Queryable,
  kind: 'venue' | 'performer' | 'series',
  { name, organizerId }: { readonly name: string; readonly organizerId: number },
): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `onsale ${kind} ${organizerId} ${name.toLowerCase()}`,
  ]);
}
