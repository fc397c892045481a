import type { Transacting } from './database.ts';

// Advisory locks are per database; the number is "onsale" read as bytes. Those with a name have two numbers.
const lockKey = 0x6f6e73616c65;
const namedKey = 0x6f6e;

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

/**
 * Runs what must not run twice at once, wherever it is begun, under a lock as above of that name. Answers null, without having begun, if
 * somebody is at it already.
 */
export function unlessTaken<T>(bypassingRls: Transacting, name: string, work: () => Promise<T>): Promise<T | null> {
  return bypassingRls.transaction(
    async (tx) => {
      const statement = 'SELECT pg_try_advisory_xact_lock($1::int, hashtext($2)) AS "isOurs"';
      const [row] = await tx.query<{ isOurs: boolean }>(statement, [namedKey, name]);
      return row!.isOurs ? work() : null;
    },
    { isLong: true },
  );
}
