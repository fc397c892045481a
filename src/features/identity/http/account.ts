import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { closed, Uuid } from '../../../contract/common.ts';
import {
  ChangeMeBody,
  ChangePasswordBody,
  ClaimedSchema,
  CodeBody,
  GuestSchema,
  MeSchema,
  MessageSchema,
  PasswordAndCodeBody,
  PasswordBody,
  RecoveryCodesSchema,
  SecondFactorSecretSchema,
  SessionsSchema,
  TokensSchema,
} from '../../../contract/identity.ts';
import { LockedOut } from '../../../contract/organizers.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { type Caller, contextOf } from '../../../platform/http/request.ts';
import { disableAccount, enableAccount } from '../commands/accounts.ts';
import { changePassword } from '../commands/change-password.ts';
import { claimOwnBookings } from '../commands/claim-bookings.ts';
import { logOut } from '../commands/end-logins.ts';
import { chooseLanguage } from '../commands/language-of-account.ts';
import { confirmSecondFactor, startSecondFactor, stopSecondFactor } from '../commands/second-factor.ts';
import type { SessionTokens } from '../domain/session-token.ts';
import { readProfile } from '../queries/read-profile.ts';
import {
  changePasswordProblems,
  claimProblems,
  confirmSecondFactorProblems,
  startSecondFactorProblems,
  stopSecondFactorProblems,
} from '../refusals.ts';
import { readLogins } from '../store/logins.ts';
import { answered, type IdentityRoutes, tokensAnswer, userAgentOf } from './auth.ts';

const tags = ['identity'];
const done = (message: string) => ({ success: true, message });

/** The account that calls; the edge lets nobody else through to a route with `access: 'account'`. */
export function accountOf({ caller }: FastifyRequest): Extract<Caller, { kind: 'account' }> {
  if (caller.kind !== 'account') throw new Refused({ code: 'LOGIN_NEEDED' });
  return caller;
}

/** What an account does about itself: look, log out, change the password, second factor, claim. */
export function createAccountRoutes(parts: IdentityRoutes): FastifyPluginAsyncTypebox {
  const { bypassingRls, clock, cookie } = parts;
  const config = { access: 'account' } as const;
  const contextFor = (request: FastifyRequest) => contextOf(request, clock.now());

  return async (app) => {
    const me = { tags, summary: 'Who I am, and what I may do where', response: { 200: MeSchema } };
    app.get('/api/auth/me', { config, schema: me }, async (request, reply) => {
      const { accountId, loginId } = accountOf(request);
      const profile = await readProfile(bypassingRls, accountId);
      if (!profile) throw new Refused({ code: 'TOKEN_INVALID' });
      reply.header('cache-control', 'no-store');
      return { ...profile, sessionId: loginId };
    });

    const changingMe = {
      tags,
      summary: 'Say what I read',
      description: 'Mails to my address are written in this language from now on.',
      body: ChangeMeBody,
      response: { 200: MeSchema },
    };
    app.patch('/api/auth/me', { config, schema: changingMe }, async (request, reply) => {
      const { accountId, loginId } = accountOf(request);
      acceptedValue(await chooseLanguage(parts, accountId, request.body.language));
      const profile = await readProfile(bypassingRls, accountId);
      if (!profile) throw new Refused({ code: 'TOKEN_INVALID' });
      reply.header('cache-control', 'no-store');
      return { ...profile, sessionId: loginId };
    });

    const everywhere = { tags, summary: 'Log out everywhere', response: { 200: MessageSchema } };
    for (const url of ['/api/auth/logout-all', '/api/auth/logout/everywhere']) {
      app.post(url, { config, schema: everywhere }, async (request, reply) => {
        const { accountId } = accountOf(request);
        const ended = await logOut(parts, { accountId, loginId: null }, contextFor(request));
        reply.header('set-cookie', cookie.clear());
        return done(`${ended} ${ended === 1 ? 'login has' : 'logins have'} ended.`);
      });
    }

    const sessions = { tags, summary: 'Where I am logged in', response: { 200: SessionsSchema } };
    app.get('/api/auth/sessions', { config, schema: sessions }, async (request) => {
      const { accountId, loginId } = accountOf(request);
      const logins = await readLogins(bypassingRls, accountId, clock.now());
      const items = logins.map((login) => ({
        sessionId: login.loginId,
        current: login.loginId === loginId,
        userAgent: login.userAgent,
        secondFactor: login.secondFactor,
        createdAt: login.createdAt.toISOString(),
        lastUsedAt: login.lastUsedAt.toISOString(),
        expiresAt: login.expiresAt.toISOString(),
      }));
      return { items, nextCursor: null };
    });
    const ending = {
      tags,
      summary: 'End one of my logins',
      params: Type.Object({ id: Uuid() }, closed),
      response: { 200: MessageSchema },
    };
    app.delete(
      '/api/auth/sessions/:id',
      { config: { ...config, ids: { id: 'login' } }, schema: ending },
      async (request) => {
        const { accountId } = accountOf(request);
        const ended = await logOut(parts, { accountId, loginId: request.params.id }, contextFor(request));
        if (ended === 0) throw new Refused({ code: 'SESSION_UNKNOWN' });
        return done('That login has ended.');
      },
    );

    const changing = {
      tags,
      summary: 'Change my password',
      description: 'Ends every login; this one goes on with the tokens of the answer.',
      body: ChangePasswordBody,
      response: { 200: TokensSchema },
    };
    app.post(
      '/api/auth/password/change',
      { config: { ...config, limit: 'login', problems: changePasswordProblems }, schema: changing },
      async (request, reply) => {
        const { browser = cookie.read(request) !== undefined, ...passwords } = request.body;
        const { accountId, loginId } = accountOf(request);
        const input = { ...passwords, accountId, loginId, userAgent: userAgentOf(request) };
        const tokens = acceptedValue(await answered(changePassword(parts, input, contextFor(request))));
        return tokensAnswer(parts, reply, tokens, browser);
      },
    );

    const claiming = {
      tags,
      summary: 'Claim what I booked as a guest',
      description: 'Bookings made without an account under my address, once it is proven. Each login does this too.',
      response: { 200: ClaimedSchema },
    };
    app.post(
      '/api/auth/claim-bookings',
      { config: { ...config, problems: claimProblems }, schema: claiming },
      async (request) => {
        const { accountId } = accountOf(request);
        return { claimed: acceptedValue(await claimOwnBookings(parts, accountId, contextFor(request))) };
      },
    );
  };
}

/** The second factor of an account: an authenticator app, and codes for the day it is lost. */
export function createSecondFactorRoutes(parts: IdentityRoutes): FastifyPluginAsyncTypebox {
  const { clock } = parts;
  const config = { access: 'account', limit: 'login' } as const;
  const contextFor = (request: FastifyRequest) => contextOf(request, clock.now());
  const url = '/api/auth/second-factor';

  return async (app) => {
    const starting = {
      tags,
      summary: 'Begin to set up a second factor',
      description: 'It counts once a first code has confirmed it.',
      body: PasswordBody,
      response: { 201: SecondFactorSecretSchema },
    };
    app.post(
      url,
      { config: { ...config, problems: startSecondFactorProblems }, schema: starting },
      async (request, reply) => {
        const { accountId, loginId } = accountOf(request);
        const input = { ...request.body, accountId, loginId };
        const begun = acceptedValue(await answered(startSecondFactor(parts, input)));
        reply.code(201).header('cache-control', 'no-store');
        return begun;
      },
    );
    const confirming = {
      tags,
      summary: 'Turn the second factor on by a first code',
      description: 'Answers recovery codes, each good once; they are shown only now. Every other login ends.',
      body: CodeBody,
      response: { 200: RecoveryCodesSchema },
    };
    app.post(
      `${url}/confirm`,
      { config: { ...config, problems: confirmSecondFactorProblems }, schema: confirming },
      async (request, reply) => {
        const { accountId, loginId } = accountOf(request);
        const input = { ...request.body, accountId, loginId, network: request.network };
        const recoveryCodes = acceptedValue(await confirmSecondFactor(parts, input, contextFor(request)));
        reply.header('cache-control', 'no-store');
        return { recoveryCodes: [...recoveryCodes] };
      },
    );
    const stopping = {
      tags,
      summary: 'Turn the second factor off',
      description: 'Every other login ends.',
      body: PasswordAndCodeBody,
      response: { 200: MessageSchema },
    };
    app.post(
      `${url}/disable`,
      { config: { ...config, problems: stopSecondFactorProblems }, schema: stopping },
      async (request) => {
        const { accountId, loginId } = accountOf(request);
        const input = { ...request.body, accountId, loginId };
        acceptedValue(await answered(stopSecondFactor(parts, input, contextFor(request))));
        return done('Logins need no second factor any more.');
      },
    );
  };
}

/** Guests: a session of their own, without an account. */
export function createGuestRoutes(
  sessions: SessionTokens & { cookie(token: string): string },
): FastifyPluginAsyncTypebox {
  return async (app) => {
    const config = { access: 'public', badBearer: 'ignored' } as const;
    const schema = {
      tags,
      summary: 'Begin a guest session',
      description: 'Whoever has one keeps it. The first reserve begins one by itself.',
      response: { 201: GuestSchema },
    };
    app.post('/api/auth/guest', { config, schema }, async (request, reply) => {
      const known = request.sessionId;
      const { sessionId, token } =
        known === null ? sessions.issue() : { sessionId: known, token: sessions.tokenOf(known) };
      reply.code(201).header('x-session-token', token).header('set-cookie', sessions.cookie(token));
      reply.header('cache-control', 'no-store');
      return { sessionToken: token, sessionId };
    });
  };
}

/** What the platform's owner does about other accounts. */
export function createAccountAdminRoutes(parts: IdentityRoutes): FastifyPluginAsyncTypebox {
  const config = { access: 'owner', ids: { id: 'account' } } as const;
  return async (app) => {
    const schema = { tags, params: Type.Object({ id: Uuid() }, closed), response: { 200: MessageSchema } };
    const disabling = {
      ...schema,
      summary: 'Lock an account out, everywhere at once',
      description:
        'Keys and open invitations that it made end. An organiser whose last admin this was is named in `withoutAdmin`.',
      response: { 200: LockedOut },
    };
    app.post('/api/accounts/:id/disable', { config, schema: disabling }, async (request) => {
      const ended = await disableAccount(parts, request.params.id, contextOf(request, parts.clock.now()));
      if (!ended) throw new Refused({ code: 'ACCOUNT_UNKNOWN' });
      const { keys, invitations, withoutAdmin } = ended;
      const left = withoutAdmin.length > 0 ? ` Without an admin now: ${withoutAdmin.join(', ')}.` : '';
      return {
        success: true as const,
        message: `The account is locked out.${left}`,
        revokedKeys: [...keys],
        revokedInvitations: [...invitations],
        withoutAdmin: [...withoutAdmin],
      };
    });
    const enabling = { ...schema, summary: 'Let an account log in again' };
    app.post('/api/accounts/:id/enable', { config, schema: enabling }, async (request) => {
      const found = await enableAccount(parts, request.params.id, contextOf(request, parts.clock.now()));
      if (!found) throw new Refused({ code: 'ACCOUNT_UNKNOWN' });
      return done('The account can log in again.');
    });
  };
}
