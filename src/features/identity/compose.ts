import type { RandomBytes } from '../../kernel/ids.ts';
import type { AttemptCounter } from '../../platform/attempt-counter/attempt-counter.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { DenyList } from '../../platform/deny-list/deny-list.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { PasswordHash } from '../../platform/password-hash/password-hash.ts';
import type { Transacting } from '../../platform/postgres/database.ts';
import type { SliceShape } from '../../platform/slice.ts';
import type { CacheCounts } from '../../platform/telemetry/metrics.ts';
import { forgetEnded } from './commands/forget-ended.ts';
import { type DoProven, doProven } from './commands/prove-self.ts';
import { createDeviceTokens } from './domain/device-tokens.ts';
import { mailingLimits, passwordGuesses, secondFactorGuesses } from './domain/guess-limits.ts';
import { createInternalTokens } from './domain/internal-token.ts';
import { createSessionTokens } from './domain/session-token.ts';
import {
  createAccountAdminRoutes,
  createAccountRoutes,
  createGuestRoutes,
  createSecondFactorRoutes,
} from './http/account.ts';
import { createLoginRoutes, type IdentityRoutes } from './http/auth.ts';
import { createMailAddressRoutes } from './http/mail-address.ts';
import { oldAccountPages } from './http/pages.ts';
import { createDeviceCookie, createRefreshCookie, sessionCookieLine } from './own-cookies.ts';
import type { ClaimBookings, EndAllRights } from './ports.ts';
import { type AccessTokens, createAccessTokens } from './queries/access-tokens.ts';
import { type AccountChanges, changesPollMs, createAccountChanges } from './queries/account-changes.ts';
import { createAuthenticate } from './queries/authenticate.ts';
import { createAuthenticateAccount } from './queries/authenticate-account.ts';
import { createIdentify } from './queries/identify.ts';
import { createSigningKeys } from './queries/signing-keys.ts';

const forgetEveryMs = 3_600_000;

/** Who is who: accounts, logins, guests, roles; and how a request's bearer becomes a caller. */
export function createIdentity(parts: {
  readonly bypassingRls: Transacting;
  readonly clock: Clock;
  readonly attemptCounter: AttemptCounter;
  readonly passwords: PasswordHash;
  readonly secrets: {
    /** Signs the sessions of guests. */
    readonly sessions: Uint8Array;
    /** From it the successors of refresh tokens and the proofs of known devices are computed. */
    readonly refresh: Uint8Array;
    /** Signs what the processes of one Onsale send each other. */
    readonly internal: Uint8Array;
  };
  readonly denied: DenyList;
  /** Has other processes read which accounts changed, and resolves when they have; null where there are none. */
  readonly announceChanges: (() => Promise<void>) | null;
  readonly claimBookings: ClaimBookings;
  readonly endAllRights: EndAllRights;
  readonly publicUrl: string | undefined;
  readonly accessTokenMinutes: number;
  readonly secondFactorRequired: boolean;
  readonly tokenCounts: CacheCounts;
  readonly onFailure: (what: string, error: unknown) => void;
  readonly random: RandomBytes;
}) {
  const { bypassingRls, clock, passwords, secrets, publicUrl, random } = parts;
  const sessionTokens = createSessionTokens(secrets.sessions, random);
  const sessions = { ...sessionTokens, cookie: (token: string) => sessionCookieLine(token, publicUrl) };
  const lifeMs = parts.accessTokenMinutes * 60_000;
  const keys = createSigningKeys({ bypassingRls, clock });
  const signed = createAccessTokens({ keys, lifeMs, issuer: publicUrl ?? 'onsale' });
  const changes = createAccountChanges({
    bypassingRls,
    clock,
    tokenLifeMs: lifeMs,
    onFailure: (error) => parts.onFailure('following accounts', error),
  });
  const known = createAuthenticateAccount({
    bypassingRls,
    clock,
    tokens: signed,
    changes,
    secondFactorRequired: parts.secondFactorRequired,
    tokenCounts: parts.tokenCounts,
  });
  const tokens: AccessTokens = {
    ...signed,
    async issue(claims, now) {
      const { token, expiresAt } = await signed.issue(claims, now);
      known.know(token, { ...claims, expiresAt });
      return { token, expiresAt };
    },
  };
  const identify = createIdentify({
    bypassingRls,
    clock,
    authenticateAccount: known.authenticate,
    authenticateKey: createAuthenticate(bypassingRls, clock),
  });
  /** What a command has changed is known here and elsewhere when it answers: the next request may come to any process. */
  const announced: AccountChanges = {
    ...changes,
    async poll() {
      await changes.poll();
      await parts.announceChanges?.();
    },
  };
  const work: IdentityRoutes = {
    bypassingRls,
    clock,
    random,
    passwords,
    keys,
    tokens,
    changes: announced,
    guesses: parts.attemptCounter.attempts('password guesses', passwordGuesses),
    codes: parts.attemptCounter.attempts('second-factor guesses', secondFactorGuesses),
    mailings: parts.attemptCounter.attempts('mailings', mailingLimits),
    denied: parts.denied,
    refreshSecret: secrets.refresh,
    devices: createDeviceTokens(secrets.refresh, random),
    claimBookings: parts.claimBookings,
    endAllRights: parts.endAllRights,
    publicUrl,
    cookie: createRefreshCookie(publicUrl),
    deviceCookie: createDeviceCookie(publicUrl),
  };
  const routes = [
    createLoginRoutes(work),
    createAccountRoutes(work),
    createSecondFactorRoutes(work),
    createMailAddressRoutes(work),
    createGuestRoutes(sessions),
    createAccountAdminRoutes(work),
    oldAccountPages,
  ].map(withoutLedgers);
  return {
    identify,
    /** Guest sessions. */
    sessions,
    /** By which the processes of one Onsale know each other; never taken from outside. */
    internalTokens: createInternalTokens(secrets.internal),
    routes,
    /** Does something that takes more than a token: the password, and a code where there is a second factor. */
    doProven: ((...request) => doProven(work, ...request)) as DoProven,
    /** Has this process know of every change of accounts and roles that was committed. */
    followChanges: () => changes.poll(),
    /** The same, and all others too, as far as they answer. */
    announceChanges: () => announced.poll(),
    jobs: [
      { name: 'follow accounts', runs: 'in every process', everyMs: changesPollMs, run: () => changes.poll() },
      {
        name: 'forget ended logins',
        runs: 'once in the cluster',
        everyMs: forgetEveryMs,
        run: () => forgetEnded(bypassingRls, clock.now()),
      },
    ],
    consumers: [],
  } satisfies SliceShape;
}
