import type pg from 'pg';
import type { Say, Transacting } from './database.ts';
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
 *
 * `deadlineMs`: through a pooler, which gives a scope to whoever comes next, each batch brings its own, and how long it may
 * take; null: the connections are ours.
 */
export function openSales(
  pool: pg.Pool,
  { deadlineMs, say }: { readonly deadlineMs: number | null; readonly say: Say },
): Sales {
  const findRole = findingRole(pool, saleRole);
  const scopes = new WeakMap<pg.PoolClient, string>();

  /** `begin`: what puts the connection into the scope, unless it is there. */
  async function selling<T>(
    scope: SaleScope,
    work: (client: pg.PoolClient, begin: string | null) => Promise<T>,
  ): Promise<T> {
    const text = sellingText(scope, await findRole(), deadlineMs !== null);
    return onConnection(pool, async (client) => {
      if (deadlineMs !== null) return work(client, `BEGIN; SET LOCAL statement_timeout = ${deadlineMs}; ${text}`);
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
          const ask = () => run<never>(client, say(statement), values);
          return begin === null ? ask() : transactOne(client, begin, ask);
        }),
      transaction: (work) =>
        selling(scope, (client, begin) =>
          transact(client, begin ?? 'BEGIN', () =>
            work({ query: (statement, values) => run(client, say(statement), values) }),
          ),
        ),
    }),
    close: () => pool.end(),
  };
}
