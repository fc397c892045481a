import type { Queryable } from '../../../platform/postgres/database.ts';

/**
 * Bookings of guests with a contact under one of these mail addresses (as keys), oldest first, at most `countMax`. Not those
 * whose payment is under way.
 */
export async function findClaimable(
  source: Queryable,
  emailKeys: readonly string[],
  countMax: number,
): Promise<readonly string[]> {
  const rows = await source.query<{ id: string }>(
    `SELECT b.booking_id AS id FROM booking_contacts c JOIN bookings b USING (booking_id)
     WHERE c.email_key = ANY($1::text[]) AND (b.session_id IS NULL OR b.session_id NOT LIKE 'account:%')
       AND b.status IN ('completed', 'cancelled', 'needs_review')
     ORDER BY b.booking_id LIMIT $2`,
    [emailKeys, countMax],
  );
  return rows.map(({ id }) => id);
}
