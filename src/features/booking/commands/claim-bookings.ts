import type { CommandContext } from '../../../kernel/context.ts';
import { accountOwner } from '../../../platform/http/customer.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { decide } from '../domain/decide.ts';
import { appendToBooking, lockBooking } from '../store/booking-rows.ts';
import { findClaimable } from '../store/claimable-bookings.ts';

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
  let claimed = 0;
  for (const id of await findClaimable(tx, emails, claimedAtOnceMax)) {
    const locked = await lockBooking(tx, id);
    const decided = locked && decide(locked.booking, { type: 'ClaimBooking', owner: accountOwner(accountId) });
    if (!decided?.accepted || decided.value.length === 0) continue;
    await appendToBooking(tx, locked!, decided.value, context);
    claimed += 1;
  }
  return claimed;
}
