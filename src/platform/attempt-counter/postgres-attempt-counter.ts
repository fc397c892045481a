import { createHash } from 'node:crypto';
import {
  type AttemptLimit,
  endChanges,
  refusedUntil,
  type Tally,
  waitUntil,
  withAttempt,
  withEnd,
} from '../../kernel/attempt-limits.ts';
import { accept, refuse } from '../../kernel/decision.ts';
import type { Clock } from '../clock/clock.ts';
import type { Queryable, Transacting } from '../postgres/database.ts';
import { decideInTransaction } from '../postgres/decide.ts';
import type { AttemptCounter, Begun } from './attempt-counter.ts';

const askTimeEveryMs = 60_000;

/** A name of a kind, as it is kept: who somebody is cannot be read from it. */
interface Counted {
  readonly kind: string;
  readonly limit: AttemptLimit;
  readonly key: Buffer;
}

/**
 * Counts in PostgreSQL, for all processes of an Onsale together. Time is the database's, asked now and then and carried on by
 * this process's monotonic clock: one time for processes whose clocks differ, and whoever sets one of them locks nobody out. Rows are
 * locked in the order of their keys and only while they are counted. An attempt under way in a process that died counts until its
 * window has passed.
 */
export function createPostgresAttemptCounter({
  bypassingRls,
  clock,
  onFailure,
}: {
  /** The counts belong to no organiser. */
  readonly bypassingRls: Transacting;
  readonly clock: Clock;
  /** Hears that the end of an attempt could not be counted. */
  readonly onFailure: (error: unknown) => void;
}): AttemptCounter {
  const now = createSharedTime(bypassingRls, clock);
  return {
    attempts(name, limits) {
      const kinds = Object.entries(limits as Readonly<Record<string, AttemptLimit>>);
      function countedOf(who: Readonly<Record<string, string | null>>): readonly Counted[] {
        const named = kinds.flatMap(([kind, limit]) => {
          const text = who[kind] ?? null;
          return text === null ? [] : [{ kind, limit, key: keyOf(`${name}.${kind}`, text) }];
        });
        return named.sort((a, b) => Buffer.compare(a.key, b.key));
      }

      return {
        async begin(who): Promise<Begun> {
          const names = countedOf(who);
          const at = await now();
          // What is refused writes nothing: a flood of refusals costs a read each.
          const early = latestWait(names, await read(bypassingRls, names), at);
          if (early !== null) return refusedUntil(early, at);
          const counting = names.filter(({ limit }) => limit.attemptsCount !== 'not');
          const decision = await decideInTransaction(bypassingRls, async (tx) => {
            const before = await lock(tx, counting, at);
            const until = latestWait(counting, before, at);
            if (until !== null) return refuse(until);
            const after = new Map(counting.map(({ kind, limit }) => [kind, withAttempt(limit, before.get(kind), at)]));
            await write(tx, counting, after);
            return accept(after);
          });
          if (!decision.accepted) return refusedUntil(decision.refusal, at);
          const begun = decision.value;
          let isOver = false;
          return {
            allowed: true,
            async end(how) {
              if (isOver) return;
              isOver = true;
              const ending = names.filter(({ limit }) => endChanges(limit, how));
              if (ending.length === 0) return;
              try {
                const endsNow = await now();
                await bypassingRls.transaction(async (tx) => {
                  // Of whom nothing is counted, only a failure counts.
                  const before = await (how === 'failed' ? lock(tx, ending, endsNow) : lockKnown(tx, ending));
                  const changed = ending.filter(({ kind }) => before.has(kind));
                  const after = new Map(
                    changed.map(({ kind, limit }) => {
                      const ended = { end: how, begunIn: begun.get(kind)?.endsAt, now: endsNow };
                      return [kind, withEnd(limit, before.get(kind), ended)];
                    }),
                  );
                  await write(tx, changed, after);
                });
              } catch (error) {
                onFailure(error);
              }
            },
          };
        },
      };
    },
    async forgetPassed() {
      await bypassingRls.query(
        `DELETE FROM attempt_counts WHERE key IN (
          SELECT key FROM attempt_counts WHERE ends_at <= $1 ORDER BY key FOR UPDATE SKIP LOCKED)`,
        [new Date(await now())],
      );
    },
  };
}

/**
 * A time for all who ask this database, in milliseconds; never goes back. It is looked at again every minute: a machine that
 * slept did not count.
 */
function createSharedTime(bypassingRls: Queryable, clock: Clock): () => Promise<number> {
  let ahead = Number.NEGATIVE_INFINITY;
  let askedAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | undefined;

  async function ask(): Promise<void> {
    const rows = await bypassingRls.query<{ now: Date }>('SELECT clock_timestamp() AS now');
    askedAt = clock.measure();
    ahead = Math.max(ahead, rows[0]!.now.getTime() - askedAt);
  }

  return async () => {
    if (clock.measure() - askedAt >= askTimeEveryMs) {
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      await asking;
    }
    return Math.floor(ahead + clock.measure());
  };
}

function keyOf(name: string, text: string): Buffer {
  return createHash('sha256').update(`${name} ${text}`).digest();
}

function latestWait(names: readonly Counted[], tallies: ReadonlyMap<string, Tally>, now: number): number | null {
  const waits = names.map(({ kind, limit }) => waitUntil(limit, tallies.get(kind), now)).filter((one) => one !== null);
  return waits.length === 0 ? null : Math.max(...waits);
}

interface Row {
  readonly key: Buffer;
  readonly failures: number;
  readonly under_way: number;
  readonly ends_at: Date;
}

async function read(tx: Queryable, names: readonly Counted[]): Promise<Map<string, Tally>> {
  const text = 'SELECT key, failures, under_way, ends_at FROM attempt_counts WHERE key = ANY ($1)';
  return byKind(names, await tx.query<Row>({ name: 'read-attempt-counts', text }, [names.map(({ key }) => key)]));
}

/** The rows that there are of these names, locked until the transaction ends. */
async function lockKnown(tx: Queryable, names: readonly Counted[]): Promise<Map<string, Tally>> {
  const text =
    'SELECT key, failures, under_way, ends_at FROM attempt_counts WHERE key = ANY ($1) ORDER BY key FOR UPDATE';
  return byKind(names, await tx.query<Row>({ name: 'lock-attempt-counts', text }, [names.map(({ key }) => key)]));
}

/** The rows of these names, made where there are none, locked until the transaction ends. */
async function lock(tx: Queryable, names: readonly Counted[], now: number): Promise<Map<string, Tally>> {
  if (names.length === 0) return new Map();
  const rows = await tx.query<Row>(
    {
      name: 'begin-attempt-counts',
      text: `INSERT INTO attempt_counts AS c (key, failures, under_way, ends_at)
        SELECT key, 0, 0, $2 FROM unnest($1::bytea[]) key ORDER BY key
        ON CONFLICT (key) DO UPDATE SET ends_at = c.ends_at RETURNING key, failures, under_way, ends_at`,
    },
    [names.map(({ key }) => key), new Date(now)],
  );
  return byKind(names, rows);
}

/** Has the tallies say this; of whom nothing is counted any more, the row goes. */
async function write(
  tx: Queryable,
  names: readonly Counted[],
  tallies: ReadonlyMap<string, Tally | undefined>,
): Promise<void> {
  const kept = names.flatMap(({ kind, key }) => {
    const tally = tallies.get(kind);
    return tally === undefined ? [] : [{ key, ...tally }];
  });
  const gone = names.filter(({ kind }) => tallies.get(kind) === undefined).map(({ key }) => key);
  if (kept.length > 0) {
    await tx.query(
      {
        name: 'write-attempt-counts',
        text: `UPDATE attempt_counts c SET failures = v.failures, under_way = v.under_way, ends_at = v.ends_at
          FROM unnest($1::bytea[], $2::int[], $3::int[], $4::timestamptz[]) v (key, failures, under_way, ends_at)
          WHERE c.key = v.key`,
      },
      [
        kept.map(({ key }) => key),
        kept.map(({ failures }) => failures),
        kept.map(({ underWay }) => underWay),
        kept.map(({ endsAt }) => new Date(endsAt)),
      ],
    );
  }
  if (gone.length > 0) {
    await tx.query({ name: 'drop-attempt-counts', text: 'DELETE FROM attempt_counts WHERE key = ANY ($1)' }, [gone]);
  }
}

function byKind(names: readonly Counted[], rows: readonly Row[]): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { kind, key } of names) {
    const row = rows.find((one) => one.key.equals(key));
    if (row) tallies.set(kind, { failures: row.failures, underWay: row.under_way, endsAt: row.ends_at.getTime() });
  }
  return tallies;
}
