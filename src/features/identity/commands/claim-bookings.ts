import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { spellingsOf } from '../../../platform/mail/spellings.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, lockAccount } from '../store/accounts.ts';
import { appendAccountEvent } from './account-events.ts';

/** Claims what guests booked under the verified address of an account that the transaction has locked; answers how many. */
export async function claimFor(
  { claimBookings }: Pick<IdentityParts, 'claimBookings'>,
  tx: Queryable,
  { accountId, email, emailKey, verifiedAt }: Account,
  context: CommandContext,
): Promise<number> {
  if (!verifiedAt) return 0;
  const emails = [...new Set([emailKey, ...spellingsOf(email)])];
  const claimed = await claimBookings(tx, { accountId, emails }, context);
  if (claimed > 0)
    await appendAccountEvent(tx, accountId, { type: 'BookingsClaimed', data: { count: claimed } }, context);
  return claimed;
}

/** Claims the bookings of one's address, for whoever does not want to log in again for it. Refuses `MAIL_UNVERIFIED`. */
export async function claimOwnBookings(
  parts: Pick<IdentityParts, 'bypassingRls' | 'claimBookings'>,
  accountId: string,
  context: CommandContext,
): Promise<Decision<number, { readonly code: 'MAIL_UNVERIFIED' }>> {
  return parts.bypassingRls.transaction(async (tx) => {
    const account = await lockAccount(tx, accountId);
    if (!account?.verifiedAt) return refuse({ code: 'MAIL_UNVERIFIED' });
    return accept(await claimFor(parts, tx, account, context));
  });
}
