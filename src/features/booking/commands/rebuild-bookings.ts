import type { Queryable, Transacting } from '../../../platform/postgres/database.ts';
import { replay } from '../domain/booking.ts';
import { readBookingEvents } from '../domain/stored-events.ts';
import { derivedColumns, toDerivedRow, writeBookingRow } from '../store/booking-rows.ts';
import { countBegun, lockDerivedRows, pageOfBegun, readHistories } from '../store/rebuild-rows.ts';

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
  bypassingRls: Transacting,
  report: (progress: RebuildProgress) => void = () => {},
): Promise<RebuildProgress> {
  const total = await countBegun(bypassingRls);
  let progress: RebuildProgress = { done: 0, total, corrected: 0 };
  for (let after = 0; ; ) {
    const page = await pageOfBegun(bypassingRls, after, bookingsAtOnce);
    if (page.length === 0) return progress;
    after = page.at(-1)!.position;
    const corrected = await bypassingRls.transaction((tx) =>
      rebuildSome(
        tx,
        page.map(({ bookingId }) => bookingId),
      ),
    );
    const done = progress.done + page.length;
    progress = { done, total: Math.max(progress.total, done), corrected: progress.corrected + corrected };
    report(progress);
  }
}

async function rebuildSome(tx: Queryable, bookingIds: readonly string[]): Promise<number> {
  // The lock first, then the events: whoever changes a booking holds its row, so what is read then is all there is.
  const present = await lockDerivedRows(tx, bookingIds);
  const events = await readHistories(tx, bookingIds);
  let corrected = 0;
  for (const [bookingId, history] of Map.groupBy(events, ({ bookingId }) => bookingId)) {
    const booking = replay(readBookingEvents(history))!;
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
