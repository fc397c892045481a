import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { hashToken } from '../domain/refresh-tokens.ts';
import type { IdentityParts } from '../parts.ts';
import { setName, setPassword, setVerified } from '../store/accounts.ts';
import { dropMailTokens, takeMailToken } from '../store/mail-tokens.ts';
import { dropSecondFactor } from '../store/second-factors.ts';
import { appendAccountEvent, asAccount } from './account-events.ts';
import { claimFor } from './claim-bookings.ts';
import { endAllLogins } from './end-logins.ts';

/**
 * Proves an address by the token of its mail, and claims what was booked under it as a guest. Where the mail belongs to a
 * later registration of the same address, its password counts from now on and whoever logged in before is logged out.
 */
export async function verifyMail(
  parts: IdentityParts,
  token: string,
  context: CommandContext,
): Promise<Decision<{ readonly email: string; readonly claimed: number }, { readonly code: 'MAIL_TOKEN_INVALID' }>> {
  const decision = await parts.bypassingRls.transaction(async (tx) => {
    const taken = await takeMailToken(tx, hashToken(token), 'verify-mail', context.now);
    if (!taken || taken.account.disabledAt) return refuse({ code: 'MAIL_TOKEN_INVALID' } as const);
    const { account } = taken;
    const self = asAccount(context, account.accountId);
    if (taken.passwordHash && !account.verifiedAt) {
      await setPassword(tx, account.accountId, taken.passwordHash, context.now);
      await dropSecondFactor(tx, account.accountId);
      await setName(tx, account.accountId, taken.name);
      await endAllLogins(tx, account.accountId, 'password', self);
    }
    const verifiedAt = account.verifiedAt ?? new Date(context.now);
    await setVerified(tx, account.accountId, verifiedAt);
    await dropMailTokens(tx, account.accountId, 'verify-mail');
    if (!account.verifiedAt) await appendAccountEvent(tx, account.accountId, { type: 'MailVerified' }, self);
    const claimed = await claimFor(parts, tx, { ...account, verifiedAt }, self);
    return accept({ email: account.email, claimed });
  });
  await parts.changes.poll();
  return decision;
}
