import { bigintArray, intArray, uuidArray } from '../postgres/binary-arrays.ts';
import type { Queryable } from '../postgres/database.ts';
import { type Fence, NotOwned } from './ownership.ts';
import { soleFence } from './sole-ownership.ts';

// Whoever writes down what a ledger has decided holds the row of `slots` that says under which fence, until the commit. The lock
// is FOR KEY SHARE: a takeover, which changes a key of the row, waits for commits under way and reads what they have written.
// SKIP LOCKED: a commit never waits for a takeover; a fence that is gone, or is just being taken, is a row that is not there.
// Where in a transaction the fence is taken does not matter, as long as it is before the commit: nothing it has written stays without.

/**
 * Whoever keeps others off a slot and then says nothing for so long (frozen, or its machine is gone) has its transaction ended by
 * PostgreSQL: a takeover would else wait as long as it is frozen.
 */
export const silentInTransactionMs = 2_000;

/**
 * The fences of a batch that are still there, as rows of the one column `no`: their places in the arrays, from 1. Three
 * parameters from `$first` on ({@link fenceValues}). Locked in the order of slots.
 */
export const selectFences = (first: number): string => `SELECT f.no
      FROM unnest($${first}::int[], $${first + 1}::uuid[], $${first + 2}::bigint[]) WITH ORDINALITY AS f(slot, process_id, fence, no)
      JOIN slots s ON s.slot = f.slot AND s.process_id = f.process_id AND s.fence = f.fence
      WHERE (SELECT set_config('idle_in_transaction_session_timeout', '${silentInTransactionMs}', true)) IS NOT NULL
      ORDER BY s.slot FOR KEY SHARE OF s SKIP LOCKED`;

/** The parameters of {@link selectFences}. */
export function fenceValues(fences: readonly Fence[]): unknown[] {
  return [
    intArray(fences.map(({ slot }) => slot)),
    uuidArray(fences.map(({ processId }) => processId)),
    bigintArray(fences.map(({ fence }) => fence)),
  ];
}

/** The fences of a batch, each once, and the place of each member's among them, from 1. */
export function distinctFences(all: readonly Fence[]): {
  readonly fences: readonly Fence[];
  readonly places: number[];
} {
  const placeOf = new Map<Fence, number>();
  for (const fence of all) if (!placeOf.has(fence)) placeOf.set(fence, placeOf.size + 1);
  return { fences: [...placeOf.keys()], places: all.map((fence) => placeOf.get(fence)!) };
}

/**
 * `held`: until the transaction ends nobody takes over these slots. `gone`: another process has them. `busy`: somebody is about
 * to take them; the next time they are either.
 */
export type FenceState = 'held' | 'gone' | 'busy';

const stateStatement = {
  name: 'fences-state',
  text: `WITH held AS MATERIALIZED (
      ${selectFences(1)}
    )
    SELECT CASE WHEN f.no IN (SELECT no FROM held) THEN 'held'
      WHEN EXISTS (SELECT FROM slots s WHERE s.slot = f.slot AND s.process_id = f.process_id AND s.fence = f.fence) THEN 'busy'
      ELSE 'gone' END AS state
    FROM unnest($1::int[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS f(slot, process_id, fence, no) ORDER BY f.no`,
};

/** Takes the fences of a batch that are still there, for the rest of the transaction; answers what each is. */
export async function takeFences(tx: Queryable, fences: readonly Fence[]): Promise<ReadonlyMap<Fence, FenceState>> {
  const rows = await tx.query<{ state: FenceState }>(stateStatement, fenceValues(fences));
  return new Map(rows.map(({ state }, i) => [fences[i]!, state]));
}

const lockStatement = { name: 'fences-lock', text: selectFences(1) };

/**
 * Keeps an event with its owner until the transaction ends. Throws {@link NotOwned} if the fence is gone: nothing that the
 * transaction writes must stay. Null: another process decides about the event, and hears of the change after the commit.
 * Called first; but last where the transaction may be long (making or removing the places of a house): a takeover, with every
 * event of the slot, then waits for a commit and not for the work before it.
 */
export async function lockFence(tx: Queryable, eventId: number, fence: Fence | null): Promise<void> {
  if (fence === null || fence.slot === soleFence.slot) return;
  const held = await tx.query(lockStatement, fenceValues([fence]));
  if (held.length === 0) throw new NotOwned(eventId);
}
