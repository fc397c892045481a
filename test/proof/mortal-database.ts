import type { Database, Queryable, Transacting } from '../../src/platform/postgres/database.ts';

/** PostgreSQL as a process sees it that may be killed: from then on nothing it asks for is ever answered. */
export function mortal(
  database: Database,
  awaited: (what: string) => Promise<void>,
): { readonly database: Database; readonly died: Promise<null>; kill(): void } {
  let isDead = false;
  const death = Promise.withResolvers<null>();
  const never = new Promise<never>(() => {});
  const nameOf = ([statement]: Parameters<Queryable['query']>) =>
    typeof statement === 'string'
      ? statement.trim().slice(0, 24)
      : (statement.name ?? statement.text.trim().slice(0, 24));
  const killed = new Error('killed');
  /** In a transaction it breaks off, and PostgreSQL rolls back as it does when a connection is lost. */
  const queryable = (target: Queryable, gone: () => Promise<never>): Queryable => ({
    async query<Row>(...asked: Parameters<Queryable['query']>): Promise<Row[]> {
      if (isDead) return gone();
      await awaited(`before ${nameOf(asked)}`);
      if (isDead) return gone();
      const rows = await target.query<Row>(...asked);
      await awaited(`after ${nameOf(asked)}`);
      return isDead ? gone() : rows;
    },
  });
  const breakOff = () => Promise.reject(killed);
  const wrap = (target: Transacting) => ({
    ...queryable(target, () => never),
    async transaction<T>(work: (tx: Queryable) => Promise<T>): Promise<T> {
      if (isDead) return never;
      try {
        const done = await target.transaction((tx) => work(queryable(tx, breakOff)));
        return isDead ? never : done;
      } catch (error) {
        if (isDead) return never;
        throw error;
      }
    },
  });
  return {
    database: {
      bypassingRls: wrap(database.bypassingRls),
      canWrite: true,
      pools: () => [],
      as: (scope) => wrap(database.as(scope)),
      close: () => database.close(),
    },
    died: death.promise,
    kill() {
      isDead = true;
      death.resolve(null);
    },
  };
}
