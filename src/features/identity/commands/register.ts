import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Language } from '../../../kernel/language.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { loginAddress } from '../domain/login-address.ts';
import { checkPassword, normalizePassword, type PasswordRefusal } from '../domain/password-rules.ts';
import type { IdentityParts } from '../parts.ts';
import { isCommonPassword } from '../queries/common-passwords.ts';
import { type Account, findAccountByMail, insertAccount } from '../store/accounts.ts';
import { appendAccountEvent, asAccount } from './account-events.ts';
import { countMailing, findToMail, type MailingRefusal } from './find-to-mail.ts';
import { inLanguageOf } from './language-of-account.ts';
import { sendMailToken } from './send-mail-token.ts';

export type RegisterRefusal = PasswordRefusal | MailingRefusal | { readonly code: 'MAIL_INVALID' };

/**
 * Registers an account and sends a mail that proves its address. Whoever asks is answered the same if the address has an
 * account: then the mail says so. As long as nobody has proven the address, each registration waits for its own
 * mail: proving it sets *its* password, so nobody can lay an account ready for someone else's address.
 */
export async function register(
  parts: IdentityParts,
  input: {
    readonly email: string;
    readonly password: string;
    readonly name: string | null;
    readonly network: string;
    readonly language: Language | null;
  },
  context: CommandContext,
): Promise<Decision<{ readonly email: string }, RegisterRefusal>> {
  const emailKey = loginAddress(input.email);
  if (emailKey === undefined) return refuse({ code: 'MAIL_INVALID' });
  const email = input.email.trim();
  const { name, language } = input;
  const password = normalizePassword(input.password);
  const refusal = checkPassword(password, { email, name, isCommon: await isCommonPassword() });
  if (refusal) return refuse(refusal);
  const counted = await countMailing(parts, { account: emailKey, network: input.network });
  if (!counted.accepted) return counted;
  const passwordHash = await parts.passwords.hash(password, input.network);
  await parts.bypassingRls.transaction(async (tx) => {
    const account = { accountId: uuidv7(context.now, parts.random), email, emailKey, name, passwordHash, language };
    if (await insertAccount(tx, account, context.now)) {
      const self = asAccount(context, account.accountId);
      await appendAccountEvent(tx, account.accountId, { type: 'AccountRegistered' }, self);
      await sendMailToken(parts, tx, { purpose: 'verify-mail', account }, self);
    } else {
      await registerAgain(parts, tx, { emailKey, passwordHash, name, language }, context);
    }
  });
  return accept({ email });
}

async function registerAgain(
  parts: IdentityParts,
  tx: Queryable,
  {
    emailKey,
    passwordHash,
    name,
    language,
  }: Pick<Account, 'emailKey' | 'name' | 'language'> & { passwordHash: string },
  context: CommandContext,
): Promise<void> {
  const found = await findAccountByMail(tx, emailKey);
  if (!found) return;
  const account = { ...found, language: found.language ?? language };
  if (!account.verifiedAt) {
    return sendMailToken(parts, tx, { purpose: 'verify-mail', account, pending: { passwordHash, name } }, context);
  }
  await requestMail(tx, {
    cause: `account-${account.accountId}-exists-${context.now}`,
    kind: 'account-exists',
    organizerId: 1,
    to: account.email,
    ...inLanguageOf(account),
    facts: {},
  });
}

/** Sends the mail that proves an address once more, if there is an account that waits for it; nobody learns whether. */
export async function sendVerification(
  parts: IdentityParts,
  input: { readonly email: string; readonly network: string },
  context: CommandContext,
): Promise<Decision<void, MailingRefusal>> {
  const sought = await findToMail(parts, input);
  if (!sought.accepted) return sought;
  const found = sought.value;
  const account = found && !found.verifiedAt && !found.disabledAt ? found : null;
  await parts.bypassingRls.transaction((tx) => sendMailToken(parts, tx, { purpose: 'verify-mail', account }, context));
  return accept(undefined);
}
