import type { Queryable } from '../../../platform/postgres/database.ts';

/**
 * Locks the booking that a dispute names, and answers whose it is; null if there is none that was paid by this provider: any
 * account may write our marks on payments of its own.
 */
export async function lockDisputedBooking(tx: Queryable, bookingId: string, provider: string): Promise<number | null> {
  const [booking] = await tx.query<{ organizerId: number }>(
    'SELECT organizer_id AS "organizerId" FROM bookings WHERE booking_id = $1 AND payment_provider = $2 FOR UPDATE',
    [bookingId, provider],
  );
  return booking?.organizerId ?? null;
}

/** The status of a dispute as it was heard last; undefined if it was never heard of. */
export async function statusOfDispute(tx: Queryable, disputeId: string): Promise<string | undefined> {
  const [known] = await tx.query<{ status: string }>(
    `SELECT facts ->> 'status' AS status FROM payment_reviews WHERE kind = 'DISPUTE' AND subject = $1
     ORDER BY created_at DESC LIMIT 1`,
    [disputeId],
  );
  return known?.status;
}

/** Disputes that may still be decided, and lost ones whose money does not count as gone yet. */
export function unsettledDisputes(
  database: Queryable,
): Promise<{ readonly disputeId: string; readonly provider: string }[]> {
  return database.query(
    `SELECT DISTINCT ON (v.subject) v.subject AS "disputeId", v.facts ->> 'provider' AS provider
     FROM payment_reviews v WHERE v.kind = 'DISPUTE' AND v.review_id = (
         SELECT max(w.review_id::text)::uuid FROM payment_reviews w WHERE w.kind = 'DISPUTE' AND w.subject = v.subject)
       AND (v.facts ->> 'status' NOT IN ('won', 'lost', 'warning_closed')
         OR v.facts ->> 'status' = 'lost' AND NOT EXISTS (SELECT FROM refunds r WHERE r.provider_reference = v.subject))
     ORDER BY v.subject`,
  );
}
