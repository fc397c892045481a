import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { ShowChanged } from '../../catalog/index.ts';

/** A show called off or moved, and how far its bookings were told. */
export interface ShowChangeRow {
  readonly changeId: string;
  readonly organizerId: number;
  readonly eventId: number;
  readonly kind: ShowChanged['kind'];
  readonly state: 'running' | 'done';
  readonly change: ShowChanged;
  readonly afterBooking: string | null;
  readonly total: number;
  readonly told: number;
  readonly createdAt: Date;
  readonly doneAt: Date | null;
}

const columns = `change_id AS "changeId", organizer_id AS "organizerId", event_id AS "eventId", kind, state, change,
  after_booking AS "afterBooking", total, told, created_at AS "createdAt", done_at AS "doneAt"`;
const changesAtOnceMax = 10;
/** Each page looks through all tickets of the event, so it is a large one. */
const bookingsPerPage = 1_000;
const lowestId = '00000000-0000-0000-0000-000000000000';
const keepsPlaces = `event_id = $1 AND booking_id IS NOT NULL AND status IN ('Sold', 'Reserved')`;

/** Notes changes that the catalogue told of; told twice, noted once. */
export async function noteShowChanges(
  tx: Queryable,
  messages: readonly { readonly messageId: string; readonly payload: unknown }[],
  now: Instant,
): Promise<void> {
  for (const { messageId, payload } of messages) {
    const change = payload as ShowChanged;
    await tx.query(
      `INSERT INTO show_changes (change_id, organizer_id, event_id, kind, change, total, created_at)
       SELECT $3, $4, $1, $5, $6, (SELECT count(DISTINCT booking_id) FROM tickets WHERE ${keepsPlaces}), $2
       ON CONFLICT DO NOTHING`,
      [change.eventId, new Date(now), messageId, change.organizerId, change.kind, JSON.stringify(change)],
    );
  }
}

export function findRunningChanges(source: Queryable): Promise<ShowChangeRow[]> {
  return source.query<ShowChangeRow>(
    `SELECT ${columns} FROM show_changes WHERE state = 'running' ORDER BY created_at LIMIT ${changesAtOnceMax}`,
  );
}

/** The changes of an event, newest first. */
export function changesOfEvent(source: Queryable, eventId: number): Promise<ShowChangeRow[]> {
  return source.query<ShowChangeRow>(
    `SELECT ${columns} FROM show_changes WHERE event_id = $1 ORDER BY created_at DESC, change_id LIMIT 100`,
    [eventId],
  );
}

/** Bookings that keep places of an event, after the given one. */
export async function pageOfBookings(source: Queryable, eventId: number, after: string | null): Promise<string[]> {
  const rows = await source.query<{ id: string }>(
    `SELECT DISTINCT booking_id AS id FROM tickets WHERE ${keepsPlaces} AND booking_id > $2
     ORDER BY booking_id LIMIT ${bookingsPerPage}`,
    [eventId, after ?? lowestId],
  );
  return rows.map(({ id }) => id);
}

/**
 * How many bookings were told before the job begins (again). A show that was called off has taken their places from them, so
 * the records know it, whatever a job that died had noted.
 */
export async function toldBefore(source: Queryable, { kind, eventId, total, told }: ShowChangeRow): Promise<number> {
  if (kind !== 'cancelled') return told;
  const text = `SELECT count(DISTINCT booking_id) AS keeping FROM tickets WHERE ${keepsPlaces}`;
  const [row] = await source.query<{ keeping: number }>(text, [eventId]);
  return Math.max(0, total - row!.keeping);
}

/** Whether bookings of the event still wait for their payment. */
export async function hasOpenBookings(source: Queryable, eventId: number): Promise<boolean> {
  const rows = await source.query(
    `SELECT FROM tickets t JOIN bookings b USING (booking_id)
     WHERE t.event_id = $1 AND t.status = 'Reserved' AND b.status IN ('pending', 'awaiting_payment') LIMIT 1`,
    [eventId],
  );
  return rows.length > 0;
}

/** Where the job is, and how many were told in all. `after` null: it begins again; `doneAt`: it is done. */
export async function noteProgress(
  source: Queryable,
  changeId: string,
  { after, told, doneAt = null }: { after: string | null; told: number; doneAt?: Instant | null },
): Promise<void> {
  await source.query(
    `UPDATE show_changes SET after_booking = $2, told = $3, done_at = $4,
       state = CASE WHEN $4::timestamptz IS NULL THEN 'running' ELSE 'done' END
     WHERE change_id = $1`,
    [changeId, after, told, doneAt === null ? null : new Date(doneAt)],
  );
}
