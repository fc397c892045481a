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
  readonly statement: Statement;
  readonly values: readonly unknown[];
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
  /** Since when its process says nothing, in the time of {@link Wire.endIdle}. */
  idleSince: number | null;
}

/** The connection of one process; cut when the process dies. */
interface Line {
  isCut: boolean;
  /** What was sent is done, and nobody is there to hear of it. */
  isUnheard: boolean;
  /** Nothing passes. */
  isApart: boolean;
}

/** The wire as one process has it. */
export interface ProcessLine {
  readonly database: Database;
  /** Lets something else that is asked of PostgreSQL wait for its turn like a statement. */
  ask<T>(what: string, work: () => Promise<T>): Promise<T>;
  /** The process is dead. */
  cut(): Promise<void>;
  /** The process is stopped: PostgreSQL goes on with what it was sent. */
  setUnheard(isUnheard: boolean): void;
  /** Nothing passes either way until it does again. */
  setApart(isApart: boolean): void;
}

/** What others see of an exchange once PostgreSQL has worked on it, and before its process hears of that. */
export interface Worked {
  readonly line: ProcessLine;
  readonly statement: Statement;
  readonly values: readonly unknown[];
  readonly rows: unknown;
}

/** PostgreSQL ends a transaction whose client says nothing for so long (`idle_in_transaction_session_timeout`). */
const idleMs = 2_000;

/** The same statement, by which PostgreSQL ends nothing of its own: by time that has really passed it may not, only {@link Wire.endIdle} does. */
function withoutIdleEnd(statement: Statement): Statement {
  const text = statement.text.replace(/(?<=\bidle_in_transaction_session_timeout(?:', '| = ))\d+/g, '0');
  return text === statement.text ? statement : { ...statement, text };
}

const rolledBack = new Error('rolled back');

/**
 * The wire between simulated processes and a real PostgreSQL. Nothing crosses it by itself: each exchange waits until
 * {@link Wire.step} lets it through, one at a time, so that one seed always gives one order of events, and each may fail
 * in the ways a network and a server fail. Only one transaction is open at a time (else one could wait for a lock of
 * another while nobody steps that one on); plain reads pass beside it.
 */
export interface Wire {
  connect(): ProcessLine;
  readonly waiting: number;
  /** Counts whatever the processes asked for, to see when they have come to rest. */
  readonly asked: number;
  /** Faults and writes of dead processes so far: a claim that spans one may not hold. */
  readonly faults: number;
  readonly ghostWrites: number;
  /** Lets one waiting exchange go on; false if there is none. */
  step(): Promise<boolean>;
  /** Time has passed: a transaction is ended that waits for a process which is stopped, or apart. */
  endIdle(now: number): Promise<void>;
  /** Leaves PostgreSQL without an open transaction, whatever is under way. */
  close(): Promise<void>;
}

export function createWire(parts: {
  readonly postgres: Database;
  readonly random: SeededRandom;
  readonly fate: () => Fate;
  readonly note: (line: string) => void;
  readonly plant?: Plant | undefined;
  /** Called before PostgreSQL works on a statement, and after it has: what they look up is looked up beside the wire. */
  readonly before?: (text: string) => Promise<void>;
  readonly after?: (worked: Worked) => Promise<void>;
}): Wire {
  const { postgres, random, fate, note, plant = {}, before = async () => {}, after = async () => {} } = parts;
  const linesOf = new Map<Line, ProcessLine>();
  let exchanges: Exchange[] = [];
  let open: Transaction | null = null;
  const counts = { asked: 0, faults: 0, ghostWrites: 0 };

  function ask<T>(
    line: Line,
    transaction: Transaction | null,
    statement: Statement,
    work: () => Promise<T>,
    values: readonly unknown[] = [],
  ): Promise<T> {
    const what = statement.text;
    counts.asked += 1;
    if (line.isCut) return new Promise(() => {});
    const readsOnly = transaction === null && /^\s*SELECT\b(?![\s\S]*\bFOR (NO KEY )?(UPDATE|SHARE))/.test(what);
    return new Promise((resolve, reject) => {
      const settle = resolve as (value: unknown) => void;
      exchanges.push({ line, transaction, statement, values, what, readsOnly, work, resolve: settle, reject });
    });
  }

  function query(line: Line, transaction: Transaction | null, target: () => Queryable) {
    return <Row>(asked: Statement | string, values: readonly unknown[] = []): Promise<Row[]> => {
      const plain = typeof asked === 'string' ? { text: asked } : asked;
      const statement = plant.rewrite?.(plain) ?? plain;
      const work = async () => {
        const lie = plant.lie?.(plain, values);
        return (lie as Row[] | undefined) ?? target().query<Row>(withoutIdleEnd(statement), values);
      };
      return ask(line, transaction, plain, work, values);
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
    const transaction: Transaction = { line, tx: null, end: null, broken: false, idleSince: null };
    await ask(line, transaction, { text: 'BEGIN' }, () => begin(transaction, target));
    let result: T;
    try {
      result = await work({ query: query(line, transaction, () => transaction.tx!) });
    } catch (error) {
      await ask(line, transaction, { text: 'ROLLBACK' }, async () => transaction.end?.('rollback'));
      throw error;
    }
    await ask(line, transaction, { text: 'COMMIT' }, async () => transaction.end?.('commit'));
    return result;
  }

  function canGo(exchange: Exchange): boolean {
    const { isApart, isUnheard } = exchange.line;
    if (isApart || (isUnheard && exchange.answer)) return false;
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
      await before(what);
      const result = await exchange.work();
      await after({ line: linesOf.get(line)!, statement: exchange.statement, values: exchange.values, rows: result });
      if (line.isCut && !exchange.readsOnly) {
        counts.ghostWrites += 1;
        note(`wire   ${shortOf(what)}: done for a process that is dead`);
      }
      answer = () => exchange.resolve(result);
    } catch (error) {
      answer = () => exchange.reject(error);
    }
    if (chosen === 'unknown') return fail(new Unavailable('Simulated: the answer was lost'));
    if (chosen === 'slow' || line.isUnheard) {
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
      const line: Line = { isCut: false, isUnheard: false, isApart: false };
      const through = (target: Transacting): Transacting => ({
        query: query(line, null, () => target),
        transaction: (work) => transact(line, target, work),
      });
      const processLine: ProcessLine = {
        database: {
          bypassingRls: through(postgres.bypassingRls),
          canWrite: true,
          pools: () => [],
          as: (scope) => through(postgres.as(scope)),
          close: async () => {},
        },
        ask: (what, work) => ask(line, null, { text: what }, work),
        setUnheard(isUnheard) {
          line.isUnheard = isUnheard;
        },
        setApart(isApart) {
          line.isApart = isApart;
        },
        async cut() {
          line.isCut = true;
          line.isApart = false;
          line.isUnheard = false;
          const ours = exchanges.filter((exchange) => exchange.line === line);
          exchanges = exchanges.filter((exchange) => exchange.line !== line);
          if (open?.line === line) {
            const committing = ours.find(({ transaction, what }) => transaction === open && what === 'COMMIT');
            const how = committing && random.chance(0.5) ? 'commit' : 'rollback';
            note(`wire   the open transaction of the dead process: ${how}`);
            if (how === 'commit') counts.ghostWrites += 1;
            await open.end?.(how);
            if (how === 'commit')
              await after({ line: processLine, statement: { text: 'COMMIT' }, values: [], rows: [] });
          }
          // A statement that has reached the server is finished there, whenever it comes to it, though nobody waits.
          for (const exchange of ours) {
            const isSent = exchange.transaction === null && !exchange.answer && !exchange.readsOnly;
            if (isSent && random.chance(0.5)) exchanges.push(exchange);
          }
        },
      };
      linesOf.set(line, processLine);
      return processLine;
    },
    async endIdle(now) {
      if (open === null) return;
      const isIdle = open.line.isApart || open.line.isUnheard;
      if (!isIdle) open.idleSince = null;
      else if (open.idleSince === null) open.idleSince = now;
      else if (now - open.idleSince >= idleMs) {
        note('wire   PostgreSQL ends the transaction of a process that says nothing');
        open.broken = true;
        await open.end?.('rollback');
      }
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
