import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { type DerivedRow, derivedColumns } from './booking-rows.ts';

export async function countBegun(source: Queryable): Promise<number> {
  const [count] = await source.query<{ total: number }>(
    `SELECT count(*) AS total FROM event_store WHERE type = 'BookingCreated'`,
  );
  return count!.total;
}

/** Bookings in the order in which they began, after a position of the event store. */
export function pageOfBegun(
  source: Queryable,
  after: number,
  countMax: number,
): Promise<{ readonly position: number; readonly bookingId: string }[]> {
  return source.query<{ position: number; bookingId: string }>(
    `SELECT position, substr(stream, 9) AS "bookingId" FROM event_store WHERE position > $1 AND type = 'BookingCreated'
     ORDER BY position LIMIT $2`,
    [after, countMax],
  );
}

/** Locks the rows of bookings, and answers what they say, by booking; one that is missing is left out. */
export async function lockDerivedRows(
  tx: Queryable,
  bookingIds: readonly string[],
): Promise<ReadonlyMap<string, DerivedRow>> {
  await tx.query('SELECT FROM bookings WHERE booking_id = ANY($1::uuid[]) ORDER BY booking_id FOR UPDATE', [
    bookingIds,
  ]);
  const rows = await tx.query<DerivedRow & { booking_id: string }>(
    `SELECT booking_id, ${derivedColumns.join(', ')} FROM bookings WHERE booking_id = ANY($1::uuid[])`,
    [bookingIds],
  );
  return new Map(rows.map((row) => [row.booking_id, row]));
}

export interface EventOfBooking {
  readonly bookingId: string;
  readonly organizerId: number;
  readonly type: string;
  readonly data: object;
  readonly at: Instant;
}

/** The whole histories of bookings, each in its order. */
export function readHistories(source: Queryable, bookingIds: readonly string[]): Promise<EventOfBooking[]> {
  return source.query<EventOfBooking>(
    `SELECT substr(stream, 9) AS "bookingId", organizer_id AS "organizerId", type, data,
       (extract(epoch FROM occurred_at) * 1000)::float8 AS at
     FROM event_store WHERE stream = ANY($1::text[]) ORDER BY stream, version`,
    [bookingIds.map((id) => `booking-${id}`)],
  );
}
