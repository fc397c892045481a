import type { Queryable } from '../../../platform/postgres/database.ts';

/** A row of `allocations`, with the tickets that are still blocked for it. */
export interface AllocationRow {
  readonly allocationId: number;
  readonly organizerId: number;
  readonly eventId: number;
  readonly name: string;
  readonly note: string | null;
  readonly ticketIds: readonly string[];
  readonly reason: string;
  readonly releaseAt: Date | null;
  readonly releasedAt: Date | null;
  readonly version: number;
  readonly createdAt: Date;
  readonly keptIds: readonly string[];
}

const columns = `a.allocation_id AS "allocationId", a.organizer_id AS "organizerId", a.event_id AS "eventId", a.name, a.note,
  a.ticket_ids::text[] AS "ticketIds", a.reason, a.release_at AS "releaseAt", a.released_at AS "releasedAt", a.version,
  a.created_at AS "createdAt", coalesce((SELECT array_agg(t.ticket_id::text ORDER BY t.place_no) FROM tickets t
    WHERE t.event_id = a.event_id AND t.ticket_id = ANY (a.ticket_ids) AND t.status = 'Reserved' AND t.booking_id IS NULL
      AND t.reason = a.reason), '{}') AS "keptIds"`;

/** The organiser's allocation; undefined if there is none. */
export async function findAllocation(
  source: Queryable,
  { allocationId, organizerId }: { readonly allocationId: number; readonly organizerId: number },
): Promise<AllocationRow | undefined> {
  const text = `SELECT ${columns} FROM allocations a WHERE a.allocation_id = $1 AND a.organizer_id = $2`;
  const [row] = await source.query<AllocationRow>(text, [allocationId, organizerId]);
  return row;
}

/** The event of an allocation, whoever's it is; null if there is no such one. */
export async function findEventOfAllocation(source: Queryable, allocationId: number): Promise<number | null> {
  const text = 'SELECT event_id AS "eventId" FROM allocations WHERE allocation_id = $1';
  const [row] = await source.query<{ eventId: number }>(text, [allocationId]);
  return row?.eventId ?? null;
}

/** The allocations of an event, the oldest first, after the id `after`. */
export function listAllocations(
  source: Queryable,
  { eventId, after, limit }: { readonly eventId: number; readonly after: number; readonly limit: number },
): Promise<AllocationRow[]> {
  return source.query<AllocationRow>(
    `SELECT ${columns} FROM allocations a WHERE a.event_id = $1 AND a.allocation_id > $2 ORDER BY a.allocation_id LIMIT $3`,
    [eventId, after, limit],
  );
}

/** Those whose release date has come, the oldest first, at most fifty. */
export function listDueAllocations(source: Queryable, now: number): Promise<AllocationRow[]> {
  return source.query<AllocationRow>(
    `SELECT ${columns} FROM allocations a WHERE a.released_at IS NULL AND a.release_at <= $1 ORDER BY a.release_at LIMIT 50`,
    [new Date(now)],
  );
}

/** Writes a new allocation; answers its id. */
export async function addAllocation(
  tx: Queryable,
  allocation: {
    readonly organizerId: number;
    readonly eventId: number;
    readonly name: string;
    readonly note: string | null;
    readonly ticketIds: readonly string[];
    readonly reason: string;
    readonly releaseAt: number | null;
    readonly now: number;
  },
): Promise<number> {
  const { organizerId, eventId, name, note, ticketIds, reason, releaseAt, now } = allocation;
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO allocations (organizer_id, event_id, name, note, ticket_ids, reason, release_at, created_at, updated_at)
     VALUES ($1, $2, $3, $4, $5::uuid[], $6, $7, $8, $8) RETURNING allocation_id AS id`,
    [
      organizerId,
      eventId,
      name,
      note,
      ticketIds,
      reason,
      releaseAt === null ? null : new Date(releaseAt),
      new Date(now),
    ],
  );
  return row!.id;
}

/** Writes what may change of one that is not released; false if it is by now. */
export async function rewriteAllocation(
  tx: Queryable,
  allocationId: number,
  change: {
    readonly name: string;
    readonly note: string | null;
    readonly releaseAt: number | null;
    readonly releasedAt: number | null;
    readonly now: number;
  },
): Promise<boolean> {
  const date = (instant: number | null) => (instant === null ? null : new Date(instant));
  const rows = await tx.query(
    `UPDATE allocations SET name = $2, note = $3, release_at = $4, released_at = $5, version = version + 1, updated_at = $6
     WHERE allocation_id = $1 AND released_at IS NULL RETURNING 1`,
    [allocationId, change.name, change.note, date(change.releaseAt), date(change.releasedAt), new Date(change.now)],
  );
  return rows.length > 0;
}
