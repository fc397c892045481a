import { accountOwner } from '../../../contract/customer.ts';
import type { CommandContext } from '../../../kernel/context.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { decide } from '../domain/decide.ts';
import { appendToBooking, lockBooking } from '../store/booking-rows.ts';

/** So many at once; a mail address with more of them claims the rest the next time. */
const claimedAtOnceMax = 500;

/**
 * Gives an account the bookings that guests made under its mail addresses (every spelling, proven to be its own), in the
 * caller's transaction; answers how many. Bookings of other accounts, and those whose payment is under way, stay.
 */
export async function claimBookings(
  tx: Queryable,
  { accountId, emails }: { readonly accountId: string; readonly emails: readonly string[] },
  context: CommandContext,
): Promise<number> {
  const rows = await tx.query<{ id: string }>(
    `SELECT b.booking_id AS id FROM booking_contacts c JOIN bookings b USING (booking_id)
     WHERE c.email_key = ANY($1::text[]) AND (b.session_id IS NULL OR b.session_id NOT LIKE 'account:%')
       AND b.status IN ('completed', 'cancelled', 'needs_review')
     ORDER BY b.booking_id LIMIT ${claimedAtOnceMax}`,
    [emails],
  );
  let claimed = 0;
  for (const { id } of rows) {
    const locked = await lockBooking(tx, id);
    const decided = locked && decide(locked.booking, { type: 'ClaimBooking', owner: accountOwner(accountId) });
    if (!decided?.accepted || decided.value.length === 0) continue;
    await appendToBooking(tx, locked!, decided.value, context);
    claimed += 1;
  }
  return claimed;
}
