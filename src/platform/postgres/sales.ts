import type pg from 'pg';
import type { Transacting } from './database.ts';
import { onConnection, run, transact, transactOne } from './run-statements.ts';
import { findingRole, type SaleScope, saleRole, sellingText } from './scope.ts';

/** Connections that batches of purchases are written on, and nothing else. */
export interface Sales {
  as(scope: SaleScope): Transacting;
  close(): Promise<void>;
}

/**
 * These connections stay in the role of sales and in the scope of their last batch: most batches are of the same
 * organisers, and then a statement is a transaction by itself. Another scope comes with the transaction of its first batch,
 * all sent at once. If that fails nobody knows what holds, and it is said again: no statement runs in a scope not its own.
 */
export function openSales(pool: pg.Pool): Sales {
  const findRole = findingRole(pool, saleRole);
  const scopes = new WeakMap<pg.PoolClient, string>();

  /** `begin`: what puts the connection into the scope, unless it is there. */
  async function selling<T>(
    scope: SaleScope,
    work: (client: pg.PoolClient, begin: string | null) => Promise<T>,
  ): Promise<T> {
    const text = sellingText(scope, await findRole());
    return onConnection(pool, async (client) => {
      if (scopes.get(client) === text) return work(client, null);
      scopes.delete(client);
      const result = await work(client, `BEGIN; ${text}`);
      scopes.set(client, text);
      return result;
    });
  }

  return {
    as: (scope) => ({
      query: (statement, values) =>
        selling(scope, (client, begin) => {
          const ask = () => run<never>(client, statement, values);
          return begin === null ? ask() : transactOne(client, begin, ask);
        }),
      transaction: (work) =>
        selling(scope, (client, begin) =>
          transact(client, begin ?? 'BEGIN', () => work({ query: (...asked) => run(client, ...asked) })),
        ),
    }),
    close: () => pool.end(),
  };
}
