import type { Queryable, Transacting } from '../postgres/database.ts';

/** An event as its followers get it; what it says is read where it is needed. */
export interface FollowedEvent {
  readonly position: number;
  readonly organizerId: number;
  readonly stream: string;
  readonly type: string;
  readonly occurredAt: Date;
}

/** Events are handled in pages of so many, all in one transaction. */
const pageCountMax = 2_000;
/** The floor is noted at least this often, so that a start need not look at all that was written since. */
const noteFloorEvery = 10_000;

const readSnapshot = {
  name: 'follow-snapshot',
  text: `SELECT coalesce(pg_sequence_last_value(pg_get_serial_sequence('event_store', 'position')::regclass), 0) AS "lastPosition",
    pg_snapshot_xmin(s)::text AS xmin, pg_snapshot_xmax(s)::text AS xmax FROM pg_current_snapshot() s`,
};
const readEvents = {
  name: 'follow-events',
  text: `SELECT position, organizer_id AS "organizerId", stream, type, occurred_at AS "occurredAt" FROM event_store
    WHERE position > $1 AND written_by >= $2::text::xid8 AND written_by < $3::text::xid8 AND type = ANY($4::text[])
    ORDER BY position LIMIT ${pageCountMax}`,
};

/**
 * Follows the whole event store, exactly once per event: `handle` gets events of some types in the transaction that also
 * notes them as handled. Writers pay nothing for it.
 *
 * Positions commit out of order, so "everything after the last position" would miss events of slow transactions. What is
 * handled is known by the writing transaction instead: all that were over when a look began, and none that a look before
 * had already seen (both by `written_by`). No index is needed for that, because looks start at a floor: a position below
 * which everything is handled. It is the last position assigned before the look before, once all transactions that had
 * begun by then are over.
 */
export function createEventFollower(parts: {
  readonly bypassingRls: Transacting;
  /** A row of `event_followers`, made by a migration: from then on, events are followed. */
  readonly name: string;
  readonly types: readonly string[];
  readonly handle: (tx: Queryable, events: readonly FollowedEvent[]) => Promise<void>;
}): () => Promise<number> {
  const { bypassingRls, name, types, handle } = parts;
  let state: State = { floor: 0, noted: 0 };

  async function look(tx: Queryable): Promise<State & { handled: number }> {
    const [snapshot] = await tx.query<Snapshot>(readSnapshot);
    const [row] = await tx.query<{ below: string; floor: number }>(
      `SELECT below::text, after_position AS floor FROM event_followers WHERE name = $1 FOR UPDATE SKIP LOCKED`,
      [name],
    );
    // Another process follows at this moment.
    if (!row) return { ...state, handled: 0 };
    const { xmin } = snapshot!;
    const start = Math.max(state.floor, row.floor);
    let handled = 0;
    for (let after = start; ; ) {
      const events = await tx.query<FollowedEvent>(readEvents, [after, row.below, xmin, types]);
      if (events.length > 0) await handle(tx, events);
      handled += events.length;
      if (events.length < pageCountMax) break;
      after = events.at(-1)!.position;
    }
    const { floor, mark } = raiseFloor(start, state.mark, snapshot!);
    const notes = handled > 0 || floor - state.noted >= noteFloorEvery;
    if (notes) {
      await tx.query(
        `UPDATE event_followers SET below = greatest(below, $2::text::xid8), after_position = greatest(after_position, $3)
         WHERE name = $1`,
        [name, xmin, floor],
      );
    }
    return { floor, mark, noted: notes ? floor : state.noted, handled };
  }

  /** Handles what has been committed since; answers how many events that were. */
  return async () => {
    const { handled, ...next } = await bypassingRls.transaction(look);
    state = next;
    return handled;
  };
}

interface Snapshot {
  /** The last position that was assigned. */
  readonly lastPosition: number;
  /** All older transactions are over. */
  readonly xmin: string;
  /** No transaction from here on has begun to write. */
  readonly xmax: string;
}

interface State {
  readonly floor: number;
  /** The floor as it is in the database. */
  readonly noted: number;
  readonly mark?: Mark;
}

/** A position assigned before some look, and, from the next look on: whoever may have got it is older than that. */
interface Mark {
  readonly position: number;
  readonly closedBy?: bigint;
}

function raiseFloor(floor: number, mark: Mark | undefined, { lastPosition, xmin, xmax }: Snapshot) {
  if (!mark) return { floor, mark: { position: lastPosition } };
  const { position, closedBy = BigInt(xmax) } = mark;
  if (BigInt(xmin) < closedBy) return { floor, mark: { position, closedBy } };
  return { floor: Math.max(floor, position), mark: { position: lastPosition } };
}
