import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { loginAddress } from '../domain/login-address.ts';
import type { IdentityParts } from '../ports.ts';
import { type Account, findAccountByMail } from '../store/accounts.ts';

export type MailingRefusal = { readonly code: 'TOO_MANY_MAILS'; readonly retryAfterSeconds: number };

/** Counts a mail that somebody has sent to an account; refuses one too many, whether there is such an account or not. */
export function countMailing(
  { mailings, clock }: Pick<IdentityParts, 'mailings' | 'clock'>,
  mailing: { readonly account: string; readonly network: string },
): Decision<void, MailingRefusal> {
  const taken = mailings.take(mailing, clock.measure());
  return taken.allowed
    ? accept(undefined)
    : refuse({ code: 'TOO_MANY_MAILS', retryAfterSeconds: taken.retryAfterSeconds });
}

/** The account to which somebody in `network` has a mail sent, or null; counted alike. */
export async function findToMail(
  parts: Pick<IdentityParts, 'mailings' | 'database' | 'clock'>,
  { email, network }: { readonly email: string; readonly network: string },
): Promise<Decision<Account | null, MailingRefusal>> {
  const emailKey = loginAddress(email);
  const counted = countMailing(parts, { account: emailKey ?? '', network });
  if (!counted.accepted) return counted;
  return accept(emailKey === undefined ? null : await findAccountByMail(parts.database, emailKey));
}
