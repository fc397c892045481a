import type { Queryable, Transacting } from '../../../platform/postgres/database.ts';
import { analyseUnknown } from './analyse-unknown.ts';
import type { Check, Invariant } from './check.ts';
import { checks } from './index.ts';

/** What one check found. */
export interface Finding {
  readonly invariant: Invariant;
  readonly name: string;
  /** Of a check that has another name than in the version before: the name it had, for one version. */
  readonly formerly?: string;
  readonly claim: string;
  /** How many faults. */
  readonly count: number;
  /** Up to five of them. */
  readonly examples: readonly Readonly<Record<string, unknown>>[];
  readonly ms: number;
}

/** What the database says at one moment. */
export interface Verification {
  readonly at: string;
  readonly clean: boolean;
  readonly ms: number;
  /** How much was looked at. */
  readonly looked: { readonly tickets: number; readonly bookings: number; readonly history: number };
  readonly findings: readonly Finding[];
}

/**
 * Asks the database every check in one read-only snapshot, so that a sale that runs beside it gives no false alarm: each
 * commit is seen whole or not at all. Asks over so many connections at once, without parallel workers: one leaves the other
 * cores to the sale. Throws what the database throws.
 */
export async function verifyDatabase(
  bypassingRls: Transacting,
  signal?: AbortSignal,
  connections = 1,
): Promise<Verification> {
  await analyseUnknown(bypassingRls, signal);
  return bypassingRls.transaction(async (tx) => {
    await tx.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    return askAll(tx, signal, await joinSnapshot(bypassingRls, tx, connections - 1));
  });
}

/** Runs work in a transaction of its own that sees what another one sees. */
type BesideIt = (work: (tx: Queryable) => Promise<void>) => Promise<void>;

async function joinSnapshot(bypassingRls: Transacting, tx: Queryable, count: number): Promise<readonly BesideIt[]> {
  if (count === 0) return [];
  const [exported] = await tx.query<{ snapshot: string }>('SELECT pg_export_snapshot() AS snapshot');
  const besideIt: BesideIt = (work) =>
    bypassingRls.transaction(async (other) => {
      await other.query('SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await other.query(`SET TRANSACTION SNAPSHOT '${exported!.snapshot}'`);
      await work(other);
    });
  return Array<BesideIt>(count).fill(besideIt);
}

/** {@link verifyDatabase} in the caller's transaction. */
export async function askAll(
  tx: Queryable,
  signal?: AbortSignal,
  besides: readonly BesideIt[] = [],
): Promise<Verification> {
  const startedAt = performance.now();
  const findings = new Array<Finding>(checks.length);
  const left = checks.entries();
  const askWhatIsLeft = async (asked: Queryable) => {
    await asked.query(`SET LOCAL work_mem = '256MB'`);
    await asked.query('SET LOCAL max_parallel_workers_per_gather = 0');
    await asked.query('SET LOCAL jit = off');
    for (const [index, check] of left) {
      signal?.throwIfAborted();
      findings[index] = await ask(asked, check);
    }
  };
  const [looked] = await tx.query<Verification['looked'] & { at: Date }>(`
    SELECT (SELECT count(*) FROM tickets) AS tickets, (SELECT count(*) FROM bookings) AS bookings,
      (SELECT count(*) FROM event_store) AS history, now() AS at`);
  await Promise.all([askWhatIsLeft(tx), ...besides.map((besideIt) => besideIt(askWhatIsLeft))]);
  const { at, ...counts } = looked!;
  return {
    at: at.toISOString(),
    clean: findings.every((finding) => finding.count === 0),
    ms: Math.round(performance.now() - startedAt),
    looked: counts,
    findings,
  };
}

async function ask(tx: Queryable, { sql, ...check }: Check): Promise<Finding> {
  const startedAt = performance.now();
  const [found] = await tx.query<{ count: number; examples: Record<string, unknown>[] }>(`
    WITH fault AS MATERIALIZED (${sql})
    SELECT (SELECT count(*) FROM fault) AS count,
      (SELECT coalesce(json_agg(one), '[]') FROM (SELECT * FROM fault LIMIT 5) AS one) AS examples`);
  return { ...check, ...found!, ms: Math.round(performance.now() - startedAt) };
}
