import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { requestMail, requestMails } from '../../../platform/mail/request-mail.ts';
import { loginAddress } from '../domain/login-address.ts';
import { hashToken } from '../domain/refresh-tokens.ts';
import type { IdentityParts } from '../parts.ts';
import { AddressTaken, findAccountByMail, setMail } from '../store/accounts.ts';
import { dropMailTokens, takeMailToken } from '../store/mail-tokens.ts';
import { appendAccountEvent, asAccount } from './account-events.ts';
import type { SecondFactorRefusal } from './check-second-factor.ts';
import { claimFor } from './claim-bookings.ts';
import { endAllLogins } from './end-logins.ts';
import { countMailing, type MailingRefusal } from './find-to-mail.ts';
import { inLanguageOf } from './language-of-account.ts';
import { doProven, type PasswordGuessRefusal, type SelfInput } from './prove-self.ts';
import { sendMailToken } from './send-mail-token.ts';

type AskRefusal = PasswordGuessRefusal | SecondFactorRefusal | MailingRefusal | { readonly code: 'MAIL_INVALID' };

/**
 * Asks for another mail address, for somebody who knows the password (and has the second factor, where there is one): a link
 * goes to the new address, and a notice to the one of now. Whoever asks is answered the same if the new address has an account:
 * then the mail there says so. Older links of this kind count no more. An address that nobody has proven gets no notice: whoever
 * reads there may never have heard of us.
 */
export async function requestMailChange(
  parts: IdentityParts,
  input: SelfInput & { readonly email: string; readonly code?: string | undefined; readonly network: string },
  context: CommandContext,
): Promise<Decision<void, AskRefusal>> {
  const emailKey = loginAddress(input.email);
  if (emailKey === undefined) return refuse({ code: 'MAIL_INVALID' });
  const { accountId, network } = input;
  // Neither a stranger's box nor that of the account is filled: its notices are counted apart from the mails by which its owner
  // gets a new password.
  for (const account of [`change of ${accountId}`, emailKey]) {
    const counted = await countMailing(parts, { account, network });
    if (!counted.accepted) return counted;
  }
  return doProven(parts, input, context, async (tx, account) => {
    const email = input.email.trim();
    const other = await findAccountByMail(tx, emailKey);
    const isTaken = other !== null && other.accountId !== accountId;
    await dropMailTokens(tx, accountId, 'change-mail');
    const token = { purpose: 'change-mail', account: isTaken ? null : account, newAddress: email } as const;
    await sendMailToken(parts, tx, token, context);
    await appendAccountEvent(tx, accountId, { type: 'MailChangeRequested' }, context);
    const cause = `account-${accountId}-change-mail-${context.now}`;
    const common = { organizerId: 1, facts: {} } as const;
    const notice = {
      ...common,
      cause,
      kind: 'change-mail-asked',
      to: account.email,
      ...inLanguageOf(account),
    } as const;
    await requestMails(tx, [
      ...(account.verifiedAt ? [notice] : []),
      ...(isTaken
        ? [
            {
              ...common,
              cause: `account-${other.accountId}-exists-${context.now}`,
              kind: 'account-exists',
              to: other.email,
              ...inLanguageOf(other),
            } as const,
          ]
        : []),
    ]);
    return accept(undefined);
  });
}

/**
 * Gives an account the mail address that the token of its mail proves: every login ends, what guests booked under the address is the
 * account's, and the address before is notified. Links that went there open nothing any more. Refuses `MAIL_TAKEN` where
 * somebody else has registered it meanwhile.
 */
export async function confirmMailChange(
  parts: IdentityParts,
  token: string,
  context: CommandContext,
): Promise<Decision<{ readonly claimed: number }, { readonly code: 'MAIL_TOKEN_INVALID' | 'MAIL_TAKEN' }>> {
  try {
    const decision = await parts.bypassingRls.transaction(async (tx) => {
      const taken = await takeMailToken(tx, hashToken(token), 'change-mail', context.now);
      const emailKey = loginAddress(taken?.email ?? '');
      if (!taken?.email || taken.account.disabledAt || emailKey === undefined) {
        return refuse({ code: 'MAIL_TOKEN_INVALID' } as const);
      }
      const { account: before, email } = taken;
      const { accountId } = before;
      const self = asAccount(context, accountId);
      const account = { ...before, email, emailKey, verifiedAt: new Date(context.now) };
      await setMail(tx, accountId, account);
      for (const purpose of ['verify-mail', 'reset-password', 'change-mail'] as const) {
        await dropMailTokens(tx, accountId, purpose);
      }
      await appendAccountEvent(tx, accountId, { type: 'MailChanged' }, self);
      await endAllLogins(tx, accountId, 'mail', self);
      if (before.verifiedAt) {
        await requestMail(tx, {
          cause: `account-${accountId}-mail-${context.now}`,
          kind: 'mail-changed',
          organizerId: 1,
          to: before.email,
          ...inLanguageOf(before),
          facts: {},
        });
      }
      return accept({ claimed: await claimFor(parts, tx, account, self) });
    });
    await parts.changes.poll();
    return decision;
  } catch (error) {
    if (error instanceof AddressTaken) return refuse({ code: 'MAIL_TAKEN' });
    throw error;
  }
}
