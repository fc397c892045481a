import type { Database, Queryable, Statement, Transacting } from '../../src/platform/postgres/database.ts';
import { asTest, type TestDatabase } from './database.ts';

type Intercept = <Row>(statement: Statement, ask: (changed?: Statement) => Promise<Row[]>) => Promise<Row[]>;

/** The same database, but every statement goes through `intercept`, in whatever scope and transaction it is asked. */
export function intercepted(database: Database, intercept: Intercept): TestDatabase {
  const through = (target: Queryable): Queryable => ({
    query(asked, values) {
      const statement = typeof asked === 'string' ? { text: asked } : asked;
      return intercept(statement, (changed = statement) => target.query(changed, values));
    },
  });
  const transacting = (target: Transacting): Transacting => ({
    ...through(target),
    transaction: (work, options) => target.transaction((tx) => work(through(tx)), options),
  });
  return asTest({
    bypassingRls: transacting(database.bypassingRls),
    canWrite: true,
    pools: () => [],
    as: (scope) => transacting(database.as(scope)),
    close: () => database.close(),
  });
}
