import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type RandomBytes, systemRandom, uuidv7 } from '../../../kernel/ids.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { loginAddress } from '../domain/login-address.ts';
import { hashToken } from '../domain/refresh-tokens.ts';
import { insertAccount, lockAccount, setOwnsPlatform } from '../store/accounts.ts';
import { insertMailToken } from '../store/mail-tokens.ts';
import { appendAccountEvent } from './account-events.ts';

/** How long a token that staff hand over themselves may lie about. */
const tokenLifeMs = 24 * 3_600_000;

/**
 * Makes an account without a password, for somebody whom we know: {@link makePasswordToken} lets them set one. In the
 * caller's transaction. Refuses `MAIL_INVALID`, and `ACCOUNT_EXISTS` for an address that has one.
 */
export async function createAccount(
  tx: Queryable,
  input: { readonly email: string; readonly name: string | null },
  context: CommandContext,
): Promise<Decision<string, { readonly code: 'MAIL_INVALID' | 'ACCOUNT_EXISTS' }>> {
  const emailKey = loginAddress(input.email);
  if (emailKey === undefined) return refuse({ code: 'MAIL_INVALID' });
  const account = {
    accountId: uuidv7(context.now),
    email: input.email.trim(),
    emailKey,
    name: input.name,
    passwordHash: null,
    language: null,
  };
  if (!(await insertAccount(tx, account, context.now))) return refuse({ code: 'ACCOUNT_EXISTS' });
  await appendAccountEvent(tx, account.accountId, { type: 'AccountCreated' }, context);
  return accept(account.accountId);
}

/**
 * A token that sets a new password once (`POST /api/auth/password/reset`), to be handed over by whoever runs the machine.
 * Using it proves the address, as the token of a mail does. Null if there is no such account.
 */
export async function makePasswordToken(
  tx: Queryable,
  accountId: string,
  context: CommandContext,
  random: RandomBytes = systemRandom,
): Promise<string | null> {
  if (!(await lockAccount(tx, accountId))) return null;
  const token = Buffer.from(random(32)).toString('base64url');
  const expiresAt = context.now + tokenLifeMs;
  await insertMailToken(tx, { tokenHash: hashToken(token), purpose: 'reset-password', accountId, expiresAt });
  await appendAccountEvent(tx, accountId, { type: 'PasswordResetRequested' }, context);
  return token;
}

/** Puts an account above all organisers, or takes it down again. In the caller's transaction. */
export async function setPlatformOwner(
  tx: Queryable,
  accountId: string,
  isOwner: boolean,
  context: CommandContext,
): Promise<void> {
  const account = await lockAccount(tx, accountId);
  if (!account || account.platformOwner === isOwner) return;
  await setOwnsPlatform(tx, accountId, isOwner);
  const type = isOwner ? 'PlatformOwnerGranted' : 'PlatformOwnerTaken';
  await appendAccountEvent(tx, accountId, { type }, context);
}
