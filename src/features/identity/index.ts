import type { FastifyPluginAsync } from 'fastify';
import { type RandomBytes, systemRandom } from '../../kernel/ids.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { PasswordHash } from '../../platform/password-hash/password-hash.ts';
import type { Database } from '../../platform/postgres/database.ts';
import type { CacheCounts } from '../../platform/telemetry/metrics.ts';
import { forgetEnded } from './commands/forget-ended.ts';
import { type DoProven, doProven } from './commands/prove-self.ts';
import { createDeviceTokens } from './domain/device-tokens.ts';
import { createGuessLimits, guessesMax } from './domain/guess-limits.ts';
import type { SessionTokens } from './domain/session-token.ts';
import { createLoginRoutes } from './http.ts';
import {
  createAccountAdminRoutes,
  createAccountRoutes,
  createGuestRoutes,
  createSecondFactorRoutes,
} from './http-account.ts';
import { accountPages } from './http-pages.ts';
import { createDeviceCookie, createRefreshCookie } from './own-cookies.ts';
import type { ClaimBookings, EndAllRights } from './ports.ts';
import { type AccessTokens, createAccessTokens } from './queries/access-tokens.ts';
import { changesPollMs, createAccountChanges } from './queries/account-changes.ts';
import { createAuthenticate } from './queries/authenticate.ts';
import { createAuthenticateAccount } from './queries/authenticate-account.ts';
import { createIdentify } from './queries/identify.ts';
import { createSigningKeys } from './queries/signing-keys.ts';

export { disableAccount, enableAccount, eraseAccount } from './commands/accounts.ts';
export {
  type ApiKey,
  createApiKey,
  insertApiKey,
  listApiKeys,
  makeKeyText,
  organizerOfKey,
  type RevokedKeys,
  revokeKey,
  revokeKeysOf,
} from './commands/api-keys.ts';
export { createAccount, makePasswordToken, setPlatformOwner } from './commands/create-account.ts';
export { loadSecrets } from './commands/load-secrets.ts';
export { makeRehearsalAccounts } from './commands/make-rehearsal-accounts.ts';
export type { DoProven } from './commands/prove-self.ts';
export { grantRole, takeRole } from './commands/roles.ts';
export { rotateKeys } from './commands/rotate-keys.ts';
export { createInternalTokens, type InternalTokens } from './domain/internal-token.ts';
export { loginAddress } from './domain/login-address.ts';
export { type Role, rightsOfRole, roleNamed, roles } from './domain/rights.ts';
export { createSessionTokens, type SessionTokens } from './domain/session-token.ts';
export { answered } from './http.ts';
export type { ClaimBookings, EndAllRights } from './ports.ts';
export { keyCacheMs } from './queries/authenticate.ts';
export { hasProven } from './queries/has-proven.ts';
export type { Identify } from './queries/identify.ts';
export { findAccountByAddress, listAccounts } from './queries/list-accounts.ts';

const forgetEveryMs = 3_600_000;
/** Mails that anybody can have sent: to one address from one network, from everywhere, from one network to all. */
const mailingsMax = { ...guessesMax, pair: 5, account: 10, network: 2_000 };

/** Codes tried to turn a second factor on: by nothing else are they counted, and nothing lifts it. */
const codesMax = { ...guessesMax, account: 10 };

/** Who is who: accounts, logins, guests, roles; and how a request's bearer becomes a caller. */
export function createIdentity(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly passwords: PasswordHash;
  readonly sessions: SessionTokens & { cookie(token: string): string };
  /** From which the successors of refresh tokens and the proofs of known devices are computed. */
  readonly refreshSecret: Uint8Array;
  readonly claimBookings: ClaimBookings;
  readonly endAllRights: EndAllRights;
  readonly publicUrl: string | undefined;
  readonly accessTokenMinutes: number;
  readonly secondFactorRequired: boolean;
  readonly tokenCounts: CacheCounts;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random?: RandomBytes;
}) {
  const { database, clock, publicUrl, random = systemRandom } = parts;
  const lifeMs = parts.accessTokenMinutes * 60_000;
  const keys = createSigningKeys(parts);
  const signed = createAccessTokens({ keys, lifeMs, issuer: publicUrl ?? 'onsale' });
  const changes = createAccountChanges({
    database,
    clock,
    tokenLifeMs: lifeMs,
    onFailure: (error) => parts.onFailure('following accounts', error),
  });
  const known = createAuthenticateAccount({ ...parts, tokens: signed, changes });
  const tokens: AccessTokens = {
    ...signed,
    async issue(claims, now) {
      const { token, expiresAt } = await signed.issue(claims, now);
      known.know(token, { ...claims, expiresAt });
      return { token, expiresAt };
    },
  };
  const identify = createIdentify({
    database,
    clock,
    authenticateAccount: known.authenticate,
    authenticateKey: createAuthenticate(database, clock),
  });
  const work = {
    ...parts,
    random,
    keys,
    tokens,
    changes,
    guesses: createGuessLimits(),
    codes: createGuessLimits(codesMax),
    mailings: createGuessLimits(mailingsMax),
    devices: createDeviceTokens(parts.refreshSecret, random),
    cookie: createRefreshCookie(publicUrl),
    deviceCookie: createDeviceCookie(publicUrl),
  };
  const routes: FastifyPluginAsync[] = [
    createLoginRoutes(work),
    createAccountRoutes(work),
    createSecondFactorRoutes(work),
    createGuestRoutes(parts.sessions),
    createAccountAdminRoutes(work),
    accountPages,
  ];
  return {
    identify,
    routes,
    /** Does something that takes more than a token: the password, and a code where there is a second factor. */
    doProven: ((...given) => doProven(work, ...given)) as DoProven,
    /** Has this server know of every change of accounts and roles that was committed. */
    followChanges: () => changes.poll(),
    jobs: [
      { name: 'follow accounts', everyMs: changesPollMs, run: () => changes.poll() },
      { name: 'forget ended logins', everyMs: forgetEveryMs, run: () => forgetEnded(database, clock.now()) },
    ],
  };
}
