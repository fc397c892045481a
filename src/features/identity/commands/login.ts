import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { HashingBusy } from '../../../platform/password-hash/password-hash.ts';
import { guesserOf } from '../domain/guess-limits.ts';
import { loginAddress } from '../domain/login-address.ts';
import { fitsHash, normalizePassword } from '../domain/password-rules.ts';
import type { IdentityParts } from '../parts.ts';
import { type Account, findAccountByMail, lockAccount, setPassword } from '../store/accounts.ts';
import { asAccount } from './account-events.ts';
import { checkSecondFactor, type SecondFactorRefusal } from './check-second-factor.ts';
import { claimFor } from './claim-bookings.ts';
import { type LoginTokens, type StartedLogin, signTokens, startLogin } from './start-login.ts';

export interface LoginInput {
  readonly email: string;
  readonly password: string;
  /** Of the second factor: six digits, or a recovery code. */
  readonly code?: string | undefined;
  readonly userAgent: string | null;
  readonly network: string;
  /** What the device keeps of having been signed in before. */
  readonly deviceToken?: string | undefined;
}

export type LoginRefusal =
  | { readonly code: 'LOGIN_FAILED' }
  | { readonly code: 'TOO_MANY_GUESSES'; readonly retryAfterSeconds: number }
  | SecondFactorRefusal;

/**
 * Logs in by mail address and password. Refuses without a hash made what was tried too often; refuses unknown, disabled and
 * wrong alike, after the same time. Throws HashingBusy when too many wait.
 */
export async function login(
  parts: IdentityParts,
  input: LoginInput,
  context: CommandContext,
): Promise<Decision<LoginTokens, LoginRefusal>> {
  const emailKey = loginAddress(input.email);
  const device = await findDevice(parts, input.deviceToken, emailKey);
  const guess = { account: emailKey ?? '', network: input.network, device };
  const guessing = await parts.guesses.begin(guesserOf(guess));
  if (!guessing.allowed) return refuse({ code: 'TOO_MANY_GUESSES', retryAfterSeconds: guessing.retryAfterSeconds });
  const { code, userAgent } = input;
  const password = normalizePassword(input.password);
  try {
    const account = emailKey === undefined ? null : await findAccountByMail(parts.bypassingRls, emailKey);
    const attempt = { account, password, code, userAgent, asker: device ?? input.network };
    const decision = await enter(parts, attempt, context);
    if (decision.accepted || decision.refusal.code === 'SECOND_FACTOR_NEEDED') await guessing.end('right');
    return decision.accepted ? accept(await signTokens(parts, decision.value, context.now)) : decision;
  } catch (error) {
    if (error instanceof HashingBusy) await guessing.end('neither');
    throw error;
  }
}

/** What a device that was signed in to this account before is counted as; undefined for strangers. */
async function findDevice(
  { bypassingRls, devices }: IdentityParts,
  token: string | undefined,
  emailKey: string | undefined,
): Promise<string | undefined> {
  if (token === undefined || emailKey === undefined) return undefined;
  const account = await findAccountByMail(bypassingRls, emailKey);
  const deviceId = account && devices.read(token, account);
  return deviceId === null ? undefined : `device ${deviceId}`;
}

type Attempt = Pick<LoginInput, 'password' | 'code' | 'userAgent'> & {
  readonly account: Account | null;
  /** Whose turn the hashing is. */
  readonly asker: string;
};

async function enter(
  parts: IdentityParts,
  attempt: Attempt,
  context: CommandContext,
): Promise<Decision<StartedLogin, LoginRefusal>> {
  const { account, password, code, userAgent, asker } = attempt;
  const isRight = await checkPasswordOf(parts, account, password, asker);
  if (!account || !isRight || account.disabledAt) return refuse({ code: 'LOGIN_FAILED' });
  const renewed = await renewHash(parts, attempt, account);
  const found = await parts.bypassingRls.transaction(async (tx) => {
    const locked = await lockAccount(tx, account.accountId);
    if (!locked || locked.disabledAt) return refuse({ code: 'LOGIN_FAILED' } as const);
    if (locked.passwordHash !== account.passwordHash) return { changed: locked };
    const self = asAccount(context, locked.accountId);
    const refusal = await checkSecondFactor(tx, locked, code, self);
    if (refusal) return refuse(refusal);
    if (renewed) await setPassword(tx, locked.accountId, renewed, context.now);
    await claimFor(parts, tx, locked, self);
    const entering = renewed ? { ...locked, passwordHash: renewed } : locked;
    const login = { userAgent, secondFactor: locked.totpConfirmedAt !== null, context: self };
    return accept(await startLogin(parts, tx, entering, login));
  });
  // While it was checked the password was changed, or its hash was renewed by another login: what counts now decides.
  return 'changed' in found ? enter(parts, { ...attempt, account: found.changed }, context) : found;
}

/** Whether the password is the account's; takes as long if there is no account. */
export function checkPasswordOf(
  { passwords }: Pick<IdentityParts, 'passwords'>,
  account: Account | null,
  password: string,
  asker: string,
): Promise<boolean> {
  // What is too long was never a password: nothing of it is hashed but the time is spent.
  const fits = fitsHash(password);
  return passwords.verify(fits ? password : '', fits ? (account?.passwordHash ?? null) : null, asker);
}

/** A hash at today's cost for a password whose hash was made at another; null if there is no need, or no time now. */
async function renewHash(
  { passwords }: IdentityParts,
  { password, asker }: Attempt,
  account: Account,
): Promise<string | null> {
  if (!passwords.isOutdated(account.passwordHash!)) return null;
  return passwords.hash(password, asker).catch(() => null);
}
