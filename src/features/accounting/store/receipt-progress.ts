import type { Queryable } from '../../../platform/postgres/database.ts';

export interface BookingToReceipt {
  readonly bookingId: string;
  readonly status: string;
  readonly createdAt: Date;
}

export interface RefundToReceipt {
  readonly refundId: string;
  readonly bookingId: string;
}

/**
 * The next bookings after those that are done, with ids below `before`, oldest first. Who asks locks the progress until its
 * transaction ends.
 */
export function nextBookings(tx: Queryable, before: string, countMax: number): Promise<BookingToReceipt[]> {
  return tx.query<BookingToReceipt>(
    `SELECT booking_id AS "bookingId", status, created_at AS "createdAt" FROM bookings
     WHERE booking_id > (SELECT after_id FROM receipt_progress WHERE kind = 'booking' FOR UPDATE) AND booking_id < $1
     ORDER BY booking_id LIMIT $2`,
    [before, countMax],
  );
}

/** As {@link nextBookings}, for refunds. */
export function nextRefunds(tx: Queryable, before: string, countMax: number): Promise<RefundToReceipt[]> {
  return tx.query<RefundToReceipt>(
    `SELECT refund_id AS "refundId", booking_id AS "bookingId" FROM refunds
     WHERE (state = 'due' OR origin <> 'ours' AND state = 'refunded')
       AND refund_id > (SELECT after_id FROM receipt_progress WHERE kind = 'refund' FOR UPDATE) AND refund_id < $1
     ORDER BY refund_id LIMIT $2`,
    [before, countMax],
  );
}

/** The last one that is done; undefined: nothing was. */
export async function noteProgress(
  tx: Queryable,
  kind: 'booking' | 'refund',
  after: string | undefined,
): Promise<void> {
  if (after !== undefined) await tx.query('UPDATE receipt_progress SET after_id = $2 WHERE kind = $1', [kind, after]);
}
