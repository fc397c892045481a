import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { loginAddress } from '../domain/login-address.ts';
import type { IdentityParts } from '../ports.ts';
import { type Account, findAccountByMail } from '../store/accounts.ts';

export type MailingRefusal = { readonly code: 'TOO_MANY_MAILS'; readonly retryAfterSeconds: number };

/** Counts a mail that somebody has sent to an account; refuses one too many, whether there is such an account or not. */
export function countMailing(
  { mailings }: Pick<IdentityParts, 'mailings'>,
  mailing: { readonly account: string; readonly address: string },
  now: Instant,
): Decision<void, MailingRefusal> {
  const taken = mailings.take(mailing, now);
  return taken.allowed
    ? accept(undefined)
    : refuse({ code: 'TOO_MANY_MAILS', retryAfterSeconds: taken.retryAfterSeconds });
}

/** The account to which somebody at `address` has a mail sent, or null; counted alike. */
export async function findToMail(
  parts: Pick<IdentityParts, 'mailings' | 'database'>,
  { email, address }: { readonly email: string; readonly address: string },
  now: Instant,
): Promise<Decision<Account | null, MailingRefusal>> {
  const emailKey = loginAddress(email);
  const counted = countMailing(parts, { account: emailKey ?? '', address }, now);
  if (!counted.accepted) return counted;
  return accept(emailKey === undefined ? null : await findAccountByMail(parts.database, emailKey));
}
