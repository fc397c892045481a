import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable, Transacting } from '../../../platform/postgres/database.ts';
import { type BookingEvent, replay } from '../domain/booking.ts';
import { type DerivedRow, derivedColumns, toDerivedRow, writeBookingRow } from '../store/booking-rows.ts';

/** So many bookings are locked, replayed and written at once: purchases of these wait for some milliseconds. */
const bookingsAtOnce = 250;

export interface RebuildProgress {
  readonly done: number;
  readonly total: number;
  /** Rows that said something else than their history, or were missing. */
  readonly corrected: number;
}

/**
 * Makes every booking's row say what its history says, while the server sells: each row is locked, its events replayed,
 * and the row written if it differs. Nothing but the events is believed; what the payment provider was handed
 * (`payment_detail`) is no read model and stays. Run twice, the second run corrects nothing. `report` hears of progress.
 */
export async function rebuildBookings(
  database: Transacting,
  report: (progress: RebuildProgress) => void = () => {},
): Promise<RebuildProgress> {
  const [count] = await database.query<{ total: number }>(
    `SELECT count(*) AS total FROM event_store WHERE type = 'BookingCreated'`,
  );
  let progress: RebuildProgress = { done: 0, total: count!.total, corrected: 0 };
  for (let after = 0; ; ) {
    const page = await database.query<{ position: number; id: string }>(
      `SELECT position, substr(stream, 9) AS id FROM event_store WHERE position > $1 AND type = 'BookingCreated'
       ORDER BY position LIMIT ${bookingsAtOnce}`,
      [after],
    );
    if (page.length === 0) return progress;
    after = page.at(-1)!.position;
    const corrected = await database.transaction((tx) =>
      rebuildSome(
        tx,
        page.map(({ id }) => id),
      ),
    );
    const done = progress.done + page.length;
    progress = { done, total: Math.max(progress.total, done), corrected: progress.corrected + corrected };
    report(progress);
  }
}

async function rebuildSome(tx: Queryable, bookingIds: readonly string[]): Promise<number> {
  // The lock first, then the events: whoever changes a booking holds its row, so what is read then is all there is.
  await tx.query('SELECT FROM bookings WHERE booking_id = ANY($1::uuid[]) ORDER BY booking_id FOR UPDATE', [
    bookingIds,
  ]);
  const rows = await tx.query<DerivedRow & { booking_id: string }>(
    `SELECT booking_id, ${derivedColumns.join(', ')} FROM bookings WHERE booking_id = ANY($1::uuid[])`,
    [bookingIds],
  );
  const events = await tx.query<{ id: string; organizerId: number; type: string; data: object; at: Instant }>(
    `SELECT substr(stream, 9) AS id, organizer_id AS "organizerId", type, data,
       (extract(epoch FROM occurred_at) * 1000)::float8 AS at
     FROM event_store WHERE stream = ANY($1::text[]) ORDER BY stream, version`,
    [bookingIds.map((id) => `booking-${id}`)],
  );
  const present = new Map(rows.map((row) => [row.booking_id, row]));
  let corrected = 0;
  for (const [bookingId, history] of Map.groupBy(events, ({ id }) => id)) {
    const booking = replay(history as unknown as BookingEvent[])!;
    const { organizerId, at: createdAt } = history[0]!;
    const updatedAt = Math.max(...history.map(({ at }) => at));
    const row = toDerivedRow(booking, { organizerId, createdAt, updatedAt });
    const before = present.get(bookingId);
    if (before && derivedColumns.every((column) => isSame(before[column], row[column]))) continue;
    await writeBookingRow(tx, bookingId, row);
    corrected += 1;
  }
  return corrected;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
