import type { Transacting } from './database.ts';

// Advisory locks are per database; the number is "onsale" read as bytes.
const lockKey = 0x6f6e73616c65;

/**
 * Runs what servers that start together must do one after the other. The lock lives in a transaction of its own, which writes
 * nothing: a pooler may stand in between, and whoever is killed leaves no lock behind.
 */
export function oneAtATime<T>(bypassingRls: Transacting, work: () => Promise<T>): Promise<T> {
  return bypassingRls.transaction(
    async (tx) => {
      await tx.query('SELECT pg_advisory_xact_lock($1)', [lockKey]);
      return work();
    },
    { isLong: true },
  );
}
