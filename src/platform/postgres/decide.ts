import { type Decision, refuse } from '../../kernel/decision.ts';
import type { Queryable, Transacting, TransactionOptions } from './database.ts';

class RolledBack extends Error {
  readonly refusal: unknown;
  constructor(refusal: unknown) {
    super('refused');
    this.refusal = refusal;
  }
}

/** Runs `work` in one transaction; a refusal rolls everything back, so that nothing is half done. */
export async function decideInTransaction<T, R>(
  database: Transacting,
  work: (tx: Queryable) => Promise<Decision<T, R>>,
  options?: TransactionOptions,
): Promise<Decision<T, R>> {
  try {
    return await database.transaction(async (tx) => {
      const decision = await work(tx);
      if (!decision.accepted) throw new RolledBack(decision.refusal);
      return decision;
    }, options);
  } catch (error) {
    if (error instanceof RolledBack) return refuse(error.refusal as R);
    throw error;
  }
}

/** The same for much work at once: minting, withdrawing or deleting all the places of a house. */
export function decideInLongTransaction<T, R>(
  database: Transacting,
  work: (tx: Queryable) => Promise<Decision<T, R>>,
): Promise<Decision<T, R>> {
  return decideInTransaction(database, work, { isLong: true });
}
