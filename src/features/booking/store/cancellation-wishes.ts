import type { Instant } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';

const wishesPerRun = 100;

/** Notes what somebody wants of a booking whose payment is under way; false if a wish is noted already, or there is no such booking. */
export async function noteWish(
  tx: Queryable,
  { bookingId, wish, now }: { readonly bookingId: string; readonly wish: object; readonly now: Instant },
): Promise<boolean> {
  const noted = await tx.query(
    `INSERT INTO cancellation_wishes (booking_id, organizer_id, wish, created_at)
     SELECT booking_id, organizer_id, $2, $3 FROM bookings WHERE booking_id = $1 ON CONFLICT DO NOTHING RETURNING 1`,
    [bookingId, JSON.stringify(wish), new Date(now)],
  );
  return noted.length > 0;
}

/** The oldest wishes about bookings whose payment has come to an end, as they were noted. */
export async function findRipeWishes<Wish>(source: Queryable): Promise<Wish[]> {
  const rows = await source.query<{ wish: Wish }>(
    `SELECT w.wish FROM cancellation_wishes w JOIN bookings b USING (booking_id)
     WHERE b.status <> 'awaiting_payment' ORDER BY w.created_at LIMIT ${wishesPerRun}`,
  );
  return rows.map(({ wish }) => wish);
}

export async function forgetWish(source: Queryable, bookingId: string): Promise<void> {
  await source.query('DELETE FROM cancellation_wishes WHERE booking_id = $1', [bookingId]);
}
