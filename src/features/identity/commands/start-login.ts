import type { CommandContext } from '../../../kernel/context.ts';
import { uuidv7 } from '../../../kernel/ids.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { hashToken, refreshLifeMs } from '../domain/refresh-tokens.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, readMemberships } from '../store/accounts.ts';
import { insertLogin, insertRefreshToken } from '../store/logins.ts';
import { appendAccountEvent } from './account-events.ts';

/** What a login is answered with. */
export interface LoginTokens {
  readonly accessToken: string;
  readonly accessExpiresAt: number;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
  readonly accountId: string;
  readonly loginId: string;
  /** By which the next login from this device shows that it is no stranger; whoever proved the password gets one. */
  readonly deviceToken?: string;
}

/** A login that was written but whose access token is not signed yet: signing is left until the transaction is over. */
export interface StartedLogin {
  readonly accountId: string;
  readonly loginId: string;
  readonly isStaff: boolean;
  readonly hasProvenMail: boolean;
  readonly secondFactor: boolean;
  readonly refreshToken: string;
  readonly refreshExpiresAt: number;
  readonly deviceToken?: string;
}

/** Begins a login of an account that the transaction has locked. */
export async function startLogin(
  parts: Pick<IdentityParts, 'random' | 'devices'>,
  tx: Queryable,
  account: Pick<Account, 'accountId' | 'platformOwner' | 'passwordHash' | 'verifiedAt'>,
  login: { readonly userAgent: string | null; readonly secondFactor: boolean; readonly context: CommandContext },
): Promise<StartedLogin> {
  const { accountId, platformOwner } = account;
  const { userAgent, secondFactor, context } = login;
  const { now } = context;
  const loginId = uuidv7(now, parts.random);
  const refreshToken = Buffer.from(parts.random(32)).toString('base64url');
  const refreshExpiresAt = now + refreshLifeMs;
  await insertLogin(tx, { loginId, accountId, userAgent, secondFactor }, { now, expiresAt: refreshExpiresAt });
  await insertRefreshToken(tx, { tokenHash: hashToken(refreshToken), loginId, expiresAt: refreshExpiresAt });
  await appendAccountEvent(tx, accountId, { type: 'LoggedIn', data: { loginId } }, context);
  const isStaff = platformOwner || (await readMemberships(tx, accountId)).length > 0;
  const deviceToken = parts.devices.issue(account);
  const hasProvenMail = account.verifiedAt !== null;
  return { accountId, loginId, isStaff, hasProvenMail, secondFactor, refreshToken, refreshExpiresAt, deviceToken };
}

/** Signs the access token of a login. */
export async function signTokens(
  parts: Pick<IdentityParts, 'tokens'>,
  started: StartedLogin,
  now: number,
): Promise<LoginTokens> {
  const { isStaff, hasProvenMail, secondFactor, ...login } = started;
  const { token, expiresAt } = await parts.tokens.issue({ ...login, isStaff, hasProvenMail, secondFactor }, now);
  return { ...login, accessToken: token, accessExpiresAt: expiresAt };
}
