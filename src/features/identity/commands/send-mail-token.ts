import type { CommandContext } from '../../../kernel/context.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { hashToken } from '../domain/refresh-tokens.ts';
import type { IdentityParts } from '../parts.ts';
import type { Account } from '../store/accounts.ts';
import { insertMailToken, type MailPurpose } from '../store/mail-tokens.ts';
import { inLanguageOf } from './language-of-account.ts';

const lifeMs: Record<MailPurpose, number> = {
  'verify-mail': 24 * 3_600_000,
  'reset-password': 3_600_000,
  'change-mail': 24 * 3_600_000,
};

/** Pages of the web app. The token stands behind the #, where no server, proxy or referrer sees it. */
const pages: Record<MailPurpose, string> = {
  'verify-mail': '/verify',
  'reset-password': '/reset',
  'change-mail': '/mail-address',
};

/**
 * Sends a token to the address of an account, in the caller's transaction. Without an account nothing is sent, but the same
 * is written. `pending` is what a registration asks for that counts only once its mail came back; `newAddress` is where an account
 * wants its mail to go, and where this one goes.
 */
export async function sendMailToken(
  { random }: Pick<IdentityParts, 'random'>,
  tx: Queryable,
  mail: {
    readonly purpose: MailPurpose;
    readonly account: Pick<Account, 'accountId' | 'email' | 'language'> | null;
    readonly pending?: { readonly passwordHash: string; readonly name: string | null };
    readonly newAddress?: string;
  },
  context: CommandContext,
): Promise<void> {
  const { purpose, account, pending, newAddress } = mail;
  const token = Buffer.from(random(32)).toString('base64url');
  const tokenHash = hashToken(token);
  const expiresAt = context.now + lifeMs[purpose];
  const email = account === null ? null : newAddress;
  await insertMailToken(tx, {
    tokenHash,
    purpose,
    accountId: account?.accountId ?? null,
    ...pending,
    email,
    expiresAt,
  });
  if (!account) return;
  await requestMail(tx, {
    cause: `account-${account.accountId}-${purpose}-${tokenHash.toString('hex', 0, 8)}`,
    kind: purpose,
    organizerId: 1,
    to: newAddress ?? account.email,
    ...inLanguageOf(account),
    facts: { token, link: `${pages[purpose]}#token=${token}`, expiresAt },
  });
}
