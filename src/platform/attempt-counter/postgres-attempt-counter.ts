import { createHash } from 'node:crypto';
import {
  type AttemptEnd,
  type AttemptLimit,
  endChanges,
  type RefusedAttempt,
  refusedUntil,
  type Tally,
  waitUntil,
  withAttempt,
  withEnd,
} from '../../kernel/attempt-limits.ts';
import type { Clock } from '../clock/clock.ts';
import { createGroupCommit } from '../group-commit/group-commit.ts';
import { type Queryable, type Transacting, Unavailable } from '../postgres/database.ts';
import type { AttemptCounter, Begun } from './attempt-counter.ts';
import { beginLoneAttempts, endLoneAttempts, type LoneAttempt } from './postgres-lone-attempts.ts';

const askTimeEveryMs = 60_000;
/** How often a batch is counted anew because another process began to count one of its names in the same moment. */
const turnsMax = 20;

/** A name of a kind, as it is kept: who somebody is cannot be read from it. */
interface Counted {
  readonly limit: AttemptLimit;
  readonly key: Buffer;
  /** The key as text, for maps. */
  readonly id: string;
}

/** When the windows end in which an attempt was counted, by the name's `id`. */
type BegunIn = ReadonlyMap<string, number>;

/** What is to be counted: an attempt that begins, or one that has ended. */
type Command =
  | { readonly begins: readonly Counted[] }
  | { readonly ends: readonly Counted[]; readonly how: AttemptEnd; readonly begunIn: BegunIn };

/** Who must wait, or until when the windows last in which the attempt is counted (none for one that ended). */
type Result = RefusedAttempt | { readonly allowed: true; readonly begunIn: BegunIn };

/**
 * Counts in PostgreSQL, for all processes of an Onsale together. Time is the database's, asked now and then and carried on by
 * this process's monotonic clock: one time for processes whose clocks differ, and whoever sets one of them locks nobody out. Rows are
 * locked in the order of their keys and only while they are counted. An attempt under way in a process that died counts until its
 * window has passed.
 *
 * What is to be counted in the same moment is written together, since every purchase begins and ends an attempt: two transactions
 * of five statements for each made a purchase eight times as dear (measured: 3 to 7 ms of CPU instead of 0.4, and 150 purchases
 * a second instead of 1,200). Those of whom nothing else is counted, which are nearly all, begin and end by one
 * statement each (`postgres-lone-attempts.ts`).
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
  // Run again after a commit of unknown outcome it may count an attempt twice: it bears one failure less, for a window.
  const group = createGroupCommit<Command, Result>({
    clock,
    async execute(commands) {
      const at = await now();
      const results = await countLone(commands, at);
      const others = commands.filter((command) => !results.has(command));
      const counted = others.length > 0 ? await countAll(others, at) : [];
      for (const [i, command] of others.entries()) results.set(command, counted[i]!);
      return commands.map((command) => results.get(command)!);
    },
  });

  async function countAll(commands: readonly Command[], at: number): Promise<readonly Result[]> {
    for (let turn = 0; turn < turnsMax; turn++) {
      const results = await bypassingRls.transaction((tx) => count(tx, commands, at)).catch(unlessBegunElsewhere);
      if (results) return results;
    }
    throw new Unavailable('attempts are counted by too many at once');
  }

  /** Counts those of whom nothing else is counted, and answers them. */
  async function countLone(commands: readonly Command[], at: number): Promise<Map<Command, Result>> {
    const begins: (LoneAttempt & { readonly command: Command; readonly result: Result })[] = [];
    const ends: typeof begins = [];
    const seen = new Set<string>();
    for (const command of commands) {
      const names = 'begins' in command ? command.begins : command.ends;
      const isAlone = names.every(({ id }) => !seen.has(id));
      for (const { id } of names) seen.add(id);
      // Two of one name in one moment are counted one after the other; and a failure stays.
      if (!isAlone || ('ends' in command && command.how === 'failed')) continue;
      const tallies = 'begins' in command ? new Map<string, Tally>() : talliesOfOne(command);
      const result: Result =
        'begins' in command ? countBegin(tallies, command.begins, at) : { allowed: true, begunIn: command.begunIn };
      const attempt = { command, result, names: names.map(({ id, key }) => ({ key, tally: tallies.get(id) ?? null })) };
      ('begins' in command ? begins : ends).push(attempt);
    }
    const results = new Map<Command, Result>();
    const note = (attempts: typeof begins, areLone: readonly boolean[]) => {
      for (const [i, { command, result }] of attempts.entries()) if (areLone[i]) results.set(command, result);
    };
    note(begins, await beginLoneAttempts(bypassingRls, begins));
    note(ends, await endLoneAttempts(bypassingRls, ends));
    return results;
  }

  return {
    attempts(name, limits) {
      const kinds = Object.entries(limits as Readonly<Record<string, AttemptLimit>>);
      const countedOf = (who: Readonly<Record<string, string | null>>): readonly Counted[] =>
        kinds.flatMap(([kind, limit]) => {
          const text = who[kind] ?? null;
          if (text === null) return [];
          const key = keyOf(`${name}.${kind}`, text);
          return [{ limit, key, id: key.toString('latin1') }];
        });

      return {
        async begin(who): Promise<Begun> {
          const names = countedOf(who);
          const begun = await group.submit({ begins: names });
          if (!begun.allowed) return begun;
          let isOver = false;
          return {
            allowed: true,
            async end(how) {
              if (isOver) return;
              isOver = true;
              const ends = names.filter(({ limit }) => endChanges(limit, how));
              if (ends.length === 0) return;
              await group.submit({ ends, how, begunIn: begun.begunIn }).catch(onFailure);
            },
          };
        },
      };
    },
    settle: () => group.drain(),
    async forgetPassed() {
      await bypassingRls.query(
        `DELETE FROM attempt_counts WHERE key IN (
          SELECT key FROM attempt_counts WHERE ends_at <= $1 ORDER BY key FOR UPDATE SKIP LOCKED)`,
        [new Date(await now())],
      );
    },
  };
}

/** Another process began to count one of these names in the same moment: they are to be read again. */
class BegunElsewhere extends Error {}

function unlessBegunElsewhere(error: unknown): null {
  if (error instanceof BegunElsewhere) return null;
  throw error;
}

/** Counts all of these, one after the other, in one transaction. What changes nothing writes nothing: so a flood of refusals. */
async function count(tx: Queryable, commands: readonly Command[], at: number): Promise<readonly Result[]> {
  const names = new Map<string, Buffer>();
  for (const command of commands) {
    for (const { id, key } of 'begins' in command ? command.begins : command.ends) names.set(id, key);
  }
  const before = await lock(tx, [...names.values()]);
  const tallies = new Map(before);
  const results = commands.map((command) =>
    'begins' in command ? countBegin(tallies, command.begins, at) : countEnd(tallies, command, at),
  );
  await write(tx, names, before, tallies);
  return results;
}

/** What is counted of its names by an attempt that ends and by nothing else; none of a name for which it was not counted. */
function talliesOfOne({ ends, begunIn }: Extract<Command, { ends: unknown }>): Map<string, Tally> {
  const tallies = new Map<string, Tally>();
  for (const { id, limit } of ends) {
    const endsAt = begunIn.get(id);
    if (endsAt === undefined) continue;
    const hasFailed = limit.attemptsCount === 'as failed';
    tallies.set(id, { failures: hasFailed ? 1 : 0, underWay: hasFailed ? 0 : 1, endsAt });
  }
  return tallies;
}

function countBegin(tallies: Map<string, Tally>, names: readonly Counted[], at: number): Result {
  const waits = names.map(({ id, limit }) => waitUntil(limit, tallies.get(id), at)).filter((until) => until !== null);
  if (waits.length > 0) return refusedUntil(Math.max(...waits), at);
  const begunIn = new Map<string, number>();
  for (const { id, limit } of names) {
    if (limit.attemptsCount === 'not') continue;
    const tally = withAttempt(limit, tallies.get(id), at)!;
    tallies.set(id, tally);
    begunIn.set(id, tally.endsAt);
  }
  return { allowed: true, begunIn };
}

function countEnd(
  tallies: Map<string, Tally>,
  { ends, how, begunIn }: Extract<Command, { ends: unknown }>,
  at: number,
): Result {
  for (const { id, limit } of ends) {
    const before = tallies.get(id);
    // Of whom nothing is counted, only a failure counts.
    if (before === undefined && how !== 'failed') continue;
    const after = withEnd(limit, before, { end: how, begunIn: begunIn.get(id), now: at });
    if (after === undefined) tallies.delete(id);
    else tallies.set(id, after);
  }
  return { allowed: true, begunIn };
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

interface Row {
  readonly key: Buffer;
  readonly failures: number;
  readonly under_way: number;
  readonly ends_at: Date;
}

/** The tallies that there are under these keys, by the key's `id`; their rows are locked until the transaction ends. */
async function lock(tx: Queryable, keys: readonly Buffer[]): Promise<Map<string, Tally>> {
  const text =
    'SELECT key, failures, under_way, ends_at FROM attempt_counts WHERE key = ANY ($1) ORDER BY key FOR UPDATE';
  const rows = await tx.query<Row>({ name: 'lock-attempt-counts', text }, [keys]);
  return new Map(
    rows.map(({ key, failures, under_way, ends_at }) => [
      key.toString('latin1'),
      { failures, underWay: under_way, endsAt: ends_at.getTime() },
    ]),
  );
}

/**
 * Has the rows say what the tallies say; of whom nothing is counted any more, the row goes. Throws {@link BegunElsewhere} where a
 * row has come meanwhile.
 */
async function write(
  tx: Queryable,
  names: ReadonlyMap<string, Buffer>,
  before: ReadonlyMap<string, Tally>,
  after: ReadonlyMap<string, Tally>,
): Promise<void> {
  const gone: Buffer[] = [];
  const kept: (Tally & { readonly key: Buffer; readonly isNew: boolean })[] = [];
  for (const [id, key] of names) {
    const tally = after.get(id);
    if (tally === before.get(id)) continue;
    if (tally === undefined) gone.push(key);
    else kept.push({ key, ...tally, isNew: !before.has(id) });
  }
  if (gone.length + kept.length === 0) return;
  const newCount = kept.filter(({ isNew }) => isNew).length;
  const rows = await tx.query<{ added: number }>(
    {
      name: 'write-attempt-counts',
      text: `WITH kept AS MATERIALIZED (
          SELECT * FROM unnest($1::bytea[], $2::int[], $3::int[], $4::timestamptz[], $5::boolean[])
            AS k (key, failures, under_way, ends_at, is_new) ORDER BY key),
        changed AS (
          UPDATE attempt_counts c SET failures = k.failures, under_way = k.under_way, ends_at = k.ends_at
          FROM kept k WHERE c.key = k.key AND NOT k.is_new),
        dropped AS (DELETE FROM attempt_counts WHERE key = ANY ($6)),
        added AS (
          INSERT INTO attempt_counts (key, failures, under_way, ends_at)
          SELECT key, failures, under_way, ends_at FROM kept WHERE is_new
          ON CONFLICT (key) DO NOTHING RETURNING key)
        SELECT count(*)::integer AS added FROM added`,
    },
    [
      kept.map(({ key }) => key),
      kept.map(({ failures }) => failures),
      kept.map(({ underWay }) => underWay),
      kept.map(({ endsAt }) => new Date(endsAt)),
      kept.map(({ isNew }) => isNew),
      gone,
    ],
  );
  if (rows[0]!.added !== newCount) throw new BegunElsewhere();
}
