import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { guesserOf } from '../domain/guess-limits.ts';
import { loginAddress } from '../domain/login-address.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccountByMail } from '../store/accounts.ts';

export type MailingRefusal = { readonly code: 'TOO_MANY_MAILS'; readonly retryAfterSeconds: number };

/** Counts a mail that somebody has sent to an account; refuses one too many, whether there is such an account or not. */
export async function countMailing(
  { mailings }: Pick<IdentityParts, 'mailings'>,
  mailing: { readonly account: string; readonly network: string },
): Promise<Decision<void, MailingRefusal>> {
  const begun = await mailings.begin(guesserOf(mailing));
  return begun.allowed
    ? accept(undefined)
    : refuse({ code: 'TOO_MANY_MAILS', retryAfterSeconds: begun.retryAfterSeconds });
}

/** The account to which somebody in `network` has a mail sent, or null; counted alike. */
export async function findToMail(
  parts: Pick<IdentityParts, 'mailings' | 'bypassingRls'>,
  { email, network }: { readonly email: string; readonly network: string },
): Promise<Decision<Account | null, MailingRefusal>> {
  const emailKey = loginAddress(email);
  const counted = await countMailing(parts, { account: emailKey ?? '', network });
  if (!counted.accepted) return counted;
  return accept(emailKey === undefined ? null : await findAccountByMail(parts.bypassingRls, emailKey));
}
