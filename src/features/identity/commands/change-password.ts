import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { requestMail } from '../../../platform/mail/request-mail.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { checkPassword, normalizePassword, type PasswordRefusal } from '../domain/password-rules.ts';
import { hashToken } from '../domain/refresh-tokens.ts';
import type { IdentityParts } from '../parts.ts';
import { isCommonPassword } from '../queries/common-passwords.ts';
import { type Account, findAccount, lockAccount, setPassword, setVerified } from '../store/accounts.ts';
import { readLogin } from '../store/logins.ts';
import { dropMailTokens, hasMailToken, takeMailToken } from '../store/mail-tokens.ts';
import { dropSecondFactor } from '../store/second-factors.ts';
import { appendAccountEvent, asAccount } from './account-events.ts';
import { claimFor } from './claim-bookings.ts';
import { endAllLogins } from './end-logins.ts';
import { findToMail, type MailingRefusal } from './find-to-mail.ts';
import { inLanguageOf } from './language-of-account.ts';
import { type PasswordGuessRefusal, provePassword, type SelfInput } from './prove-self.ts';
import { sendMailToken } from './send-mail-token.ts';
import { type LoginTokens, signTokens, startLogin } from './start-login.ts';

export type ChangePasswordRefusal = PasswordRefusal | PasswordGuessRefusal | { readonly code: 'TOKEN_INVALID' };

/**
 * Sets a new password for someone who knows the old one. Every login ends, the one that asks too: it goes on with the tokens
 * that are answered. Guesses at the old password are counted by the login that asks.
 */
export async function changePassword(
  parts: IdentityParts,
  input: SelfInput & { readonly newPassword: string; readonly userAgent: string | null },
  context: CommandContext,
): Promise<Decision<LoginTokens, ChangePasswordRefusal>> {
  const { accountId, loginId } = input;
  const account = await findAccount(parts.bypassingRls, accountId);
  if (!account) return refuse({ code: 'PASSWORD_WRONG' });
  const newPassword = normalizePassword(input.newPassword);
  const refusal = await refuseNew(account, newPassword);
  if (refusal) return refuse(refusal);
  const proven = await provePassword(parts, input);
  if (!proven.accepted) return proven;
  await proven.value.guess.end('right');
  const passwordHash = await parts.passwords.hash(newPassword, `login ${loginId}`);
  const started = await parts.bypassingRls.transaction(async (tx) => {
    const locked = await lockAccount(tx, accountId);
    if (!locked || locked.disabledAt || locked.passwordHash !== proven.value.account.passwordHash) {
      return refuse({ code: 'PASSWORD_WRONG' } as const);
    }
    const login = await readLogin(tx, loginId);
    if (!login) return refuse({ code: 'TOKEN_INVALID' } as const);
    await replacePassword(tx, locked, passwordHash, context);
    const next = { userAgent: input.userAgent, secondFactor: login.secondFactor, context };
    return accept(await startLogin(parts, tx, { ...locked, passwordHash }, next));
  });
  if (!started.accepted) return started;
  await parts.changes.poll();
  return accept(await signTokens(parts, started.value, context.now));
}

/** Sends a mail by which a new password can be set, if the address has an account; nobody learns whether. */
export async function requestPasswordReset(
  parts: IdentityParts,
  input: { readonly email: string; readonly network: string },
  context: CommandContext,
): Promise<Decision<void, MailingRefusal>> {
  const sought = await findToMail(parts, input);
  if (!sought.accepted) return sought;
  const found = sought.value;
  await parts.bypassingRls.transaction(async (tx) => {
    const locked = found && (await lockAccount(tx, found.accountId));
    const account = locked && !locked.disabledAt ? locked : null;
    await sendMailToken(parts, tx, { purpose: 'reset-password', account }, context);
    if (account) await appendAccountEvent(tx, account.accountId, { type: 'PasswordResetRequested' }, context);
  });
  return accept(undefined);
}

/** Sets a new password by the token of a mail, which proves the address too. Every login ends. */
export async function resetPassword(
  parts: IdentityParts,
  input: { readonly token: string; readonly password: string; readonly network: string },
  context: CommandContext,
): Promise<Decision<void, PasswordRefusal | { readonly code: 'MAIL_TOKEN_INVALID' }>> {
  const password = normalizePassword(input.password);
  const isCommon = await isCommonPassword();
  const early = checkPassword(password, { email: '', isCommon });
  if (early) return refuse(early);
  const tokenHash = hashToken(input.token);
  // Nobody makes us hash without a mail from us.
  const isKnown = await hasMailToken(parts.bypassingRls, tokenHash, 'reset-password', context.now);
  if (!isKnown) return refuse({ code: 'MAIL_TOKEN_INVALID' });
  const passwordHash = await parts.passwords.hash(password, input.network);
  const decision = await parts.bypassingRls.transaction(async (tx) => {
    const taken = await takeMailToken(tx, tokenHash, 'reset-password', context.now);
    if (!taken || taken.account.disabledAt) return refuse({ code: 'MAIL_TOKEN_INVALID' } as const);
    const self = asAccount(context, taken.account.accountId);
    await replacePassword(tx, taken.account, passwordHash, self);
    if (!taken.account.verifiedAt) await proveAddress(parts, tx, taken.account, self);
    return accept(undefined);
  });
  await parts.changes.poll();
  return decision;
}

async function refuseNew(account: Account, password: string): Promise<PasswordRefusal | null> {
  return checkPassword(password, { email: account.email, name: account.name, isCommon: await isCommonPassword() });
}

async function replacePassword(
  tx: Queryable,
  { accountId, email, language }: Account,
  passwordHash: string,
  context: CommandContext,
): Promise<void> {
  await setPassword(tx, accountId, passwordHash, context.now);
  await dropMailTokens(tx, accountId, 'reset-password');
  // Whoever knew the old password may have asked for another address: the notice of that says that a new password ends it.
  await dropMailTokens(tx, accountId, 'change-mail');
  await appendAccountEvent(tx, accountId, { type: 'PasswordChanged' }, context);
  await endAllLogins(tx, accountId, 'password', context);
  await requestMail(tx, {
    cause: `account-${accountId}-password-${context.now}`,
    kind: 'password-changed',
    organizerId: 1,
    to: email,
    ...inLanguageOf({ language }),
    facts: {},
  });
}

async function proveAddress(parts: IdentityParts, tx: Queryable, account: Account, context: CommandContext) {
  const verifiedAt = new Date(context.now);
  // Whoever registered the address without reading its mail may have set one up.
  await dropSecondFactor(tx, account.accountId);
  await setVerified(tx, account.accountId, verifiedAt);
  await dropMailTokens(tx, account.accountId, 'verify-mail');
  await appendAccountEvent(tx, account.accountId, { type: 'MailVerified' }, context);
  await claimFor(parts, tx, { ...account, verifiedAt }, context);
}
