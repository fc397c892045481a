import pg from 'pg';
import type { SeededRandom } from '../../src/cli/simulate/seeded-random.ts';
import {
  type Database,
  type Queryable,
  type Statement,
  type Transacting,
  Unavailable,
} from '../../src/platform/postgres/database.ts';

/**
 * What becomes of one exchange with PostgreSQL. `slow`: the answer comes later than the work is done. `refused`: it
 * never arrived. `unknown`: it was done, and the answer lost. `deadlock`: PostgreSQL refused it, and it may be retried.
 */
export type Fate = 'fine' | 'slow' | 'refused' | 'unknown' | 'deadlock';

/** Every write of a planted bug goes through here: other SQL, or an answer that is not true. */
export interface Plant {
  readonly rewrite?: (statement: Statement) => Statement;
  /** What to answer instead of running the statement; undefined: run it. */
  readonly lie?: (statement: Statement, values: readonly unknown[]) => unknown[] | undefined;
}

interface Exchange {
  readonly line: Line;
  readonly transaction: Transaction | null;
  readonly what: string;
  readonly readsOnly: boolean;
  readonly work: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  /** Set once it was worked on and waits to be answered. */
  answer?: () => void;
}

interface Transaction {
  readonly line: Line;
  tx: Queryable | null;
  end: ((how: 'commit' | 'rollback') => Promise<void>) | null;
  broken: boolean;
}

/** The connection of one process; cut when the process dies. */
interface Line {
  isCut: boolean;
}

const rolledBack = new Error('rolled back');

/**
 * The wire between simulated processes and a real PostgreSQL. Nothing crosses it by itself: each exchange waits until
 * {@link Wire.step} lets it through, one at a time, so that one seed always gives one order of events, and each may fail
 * in the ways a network and a server fail. Only one transaction is open at a time (else one could wait for a lock of
 * another while nobody steps that one on); plain reads pass beside it.
 */
export interface Wire {
  connect(): { readonly database: Database; cut(): Promise<void> };
  readonly waiting: number;
  /** Counts whatever the processes asked for, to see when they have come to rest. */
  readonly asked: number;
  /** Faults and writes of dead processes so far: a claim that spans one may not hold. */
  readonly faults: number;
  readonly ghostWrites: number;
  /** Lets one waiting exchange go on; false if there is none. */
  step(): Promise<boolean>;
  /** Leaves PostgreSQL without an open transaction, whatever is under way. */
  close(): Promise<void>;
}

export function createWire(parts: {
  readonly postgres: Database;
  readonly random: SeededRandom;
  readonly fate: () => Fate;
  readonly note: (line: string) => void;
  readonly plant?: Plant | undefined;
}): Wire {
  const { postgres, random, fate, note, plant = {} } = parts;
  let exchanges: Exchange[] = [];
  let open: Transaction | null = null;
  const counts = { asked: 0, faults: 0, ghostWrites: 0 };

  function ask<T>(line: Line, transaction: Transaction | null, what: string, work: () => Promise<T>): Promise<T> {
    counts.asked += 1;
    if (line.isCut) return new Promise(() => {});
    const readsOnly = transaction === null && /^\s*SELECT\b(?![\s\S]*\bFOR (NO KEY )?(UPDATE|SHARE))/.test(what);
    return new Promise((resolve, reject) => {
      const settle = resolve as (value: unknown) => void;
      exchanges.push({ line, transaction, what, readsOnly, work, resolve: settle, reject });
    });
  }

  function query(line: Line, transaction: Transaction | null, target: () => Queryable) {
    return <Row>(asked: Statement | string, values: readonly unknown[] = []): Promise<Row[]> => {
      const plain = typeof asked === 'string' ? { text: asked } : asked;
      const statement = plant.rewrite?.(plain) ?? plain;
      return ask(line, transaction, plain.text, async () => {
        const lie = plant.lie?.(plain, values);
        return (lie as Row[] | undefined) ?? target().query<Row>(statement, values);
      });
    };
  }

  async function begin(transaction: Transaction, target: Transacting): Promise<void> {
    const opened = Promise.withResolvers<Queryable>();
    const ending = Promise.withResolvers<'commit' | 'rollback'>();
    const ended = target
      .transaction(async (tx) => {
        opened.resolve(tx);
        if ((await ending.promise) === 'rollback') throw rolledBack;
      })
      .catch((error) => {
        if (error !== rolledBack) throw error;
      });
    transaction.tx = await opened.promise;
    open = transaction;
    transaction.end = async (how) => {
      open = null;
      transaction.end = null;
      ending.resolve(how);
      await ended;
    };
  }

  async function transact<T>(line: Line, target: Transacting, work: (tx: Queryable) => Promise<T>): Promise<T> {
    const transaction: Transaction = { line, tx: null, end: null, broken: false };
    await ask(line, transaction, 'BEGIN', () => begin(transaction, target));
    let result: T;
    try {
      result = await work({ query: query(line, transaction, () => transaction.tx!) });
    } catch (error) {
      await ask(line, transaction, 'ROLLBACK', async () => transaction.end?.('rollback'));
      throw error;
    }
    await ask(line, transaction, 'COMMIT', async () => transaction.end?.('commit'));
    return result;
  }

  function canGo(exchange: Exchange): boolean {
    if (exchange.answer || open === null || exchange.transaction === open) return true;
    if (exchange.what === 'BEGIN') return false;
    return exchange.readsOnly || !exchanges.some((other) => other.transaction === open);
  }

  async function letThrough(exchange: Exchange): Promise<void> {
    const { transaction, what, line, readsOnly } = exchange;
    const drop = () => {
      exchanges = exchanges.filter((other) => other !== exchange);
    };
    const fail = async (error: Error) => {
      drop();
      if (transaction) {
        transaction.broken = true;
        await transaction.end?.('rollback');
      }
      exchange.reject(error);
    };
    if (transaction?.broken && what !== 'ROLLBACK') return fail(new Unavailable('The connection is gone'));
    const chosen = what === 'ROLLBACK' || line.isCut ? 'fine' : fate();
    if (chosen !== 'fine') note(`wire   ${shortOf(what)}: ${chosen}`);
    if (chosen !== 'fine' && chosen !== 'slow') counts.faults += 1;
    if (chosen === 'refused') return fail(new Unavailable('Simulated: PostgreSQL cannot be reached'));
    // What takes no lock loses no deadlock.
    if (chosen === 'deadlock' && !readsOnly && what !== 'COMMIT' && what !== 'BEGIN') return fail(deadlock());
    let answer: () => void;
    try {
      const result = await exchange.work();
      if (line.isCut && !exchange.readsOnly) {
        counts.ghostWrites += 1;
        note(`wire   ${shortOf(what)}: done for a process that is dead`);
      }
      answer = () => exchange.resolve(result);
    } catch (error) {
      answer = () => exchange.reject(error);
    }
    if (chosen === 'unknown') return fail(new Unavailable('Simulated: the answer was lost'));
    if (chosen === 'slow') {
      exchange.answer = answer;
      return;
    }
    drop();
    answer();
  }

  return {
    get waiting() {
      return exchanges.length;
    },
    get asked() {
      return counts.asked;
    },
    get faults() {
      return counts.faults;
    },
    get ghostWrites() {
      return counts.ghostWrites;
    },
    connect() {
      const line: Line = { isCut: false };
      const through = (target: Transacting): Transacting => ({
        query: query(line, null, () => target),
        transaction: (work) => transact(line, target, work),
      });
      return {
        database: {
          bypassingRls: through(postgres.bypassingRls),
          canWrite: true,
          pools: () => [],
          as: (scope) => through(postgres.as(scope)),
          close: async () => {},
        },
        async cut() {
          line.isCut = true;
          const ours = exchanges.filter((exchange) => exchange.line === line);
          exchanges = exchanges.filter((exchange) => exchange.line !== line);
          if (open?.line === line) {
            const committing = ours.find(({ transaction, what }) => transaction === open && what === 'COMMIT');
            const how = committing && random.chance(0.5) ? 'commit' : 'rollback';
            note(`wire   the open transaction of the dead process: ${how}`);
            if (how === 'commit') counts.ghostWrites += 1;
            await open.end?.(how);
          }
          // A statement that has reached the server is finished there, whenever it comes to it, though nobody waits.
          for (const exchange of ours) {
            const isSent = exchange.transaction === null && !exchange.answer && !exchange.readsOnly;
            if (isSent && random.chance(0.5)) exchanges.push(exchange);
          }
        },
      };
    },
    close: async () => open?.end?.('rollback'),
    async step() {
      const able = exchanges.filter(canGo);
      if (able.length === 0) return false;
      const next = able[random.below(able.length)]!;
      if (!next.answer) {
        await letThrough(next);
        return true;
      }
      exchanges = exchanges.filter((other) => other !== next);
      next.answer();
      return true;
    },
  };
}

function deadlock(): Error {
  return Object.assign(new pg.DatabaseError('Simulated: deadlock detected', 0, 'error'), { code: '40P01' });
}

function shortOf(what: string): string {
  return what.replace(/\s+/g, ' ').trim().slice(0, 60);
}
