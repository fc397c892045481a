import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  JwksSchema,
  LoginBody,
  MailBody,
  MailTokenBody,
  MessageSchema,
  RefreshBody,
  RegisterBody,
  ResetPasswordBody,
  type TokensAnswer,
  TokensSchema,
} from '../../../contract/identity.ts';
import { languageOf } from '../../../platform/http/language.ts';
import { acceptedValue, Refused } from '../../../platform/http/refused.ts';
import { contextOf } from '../../../platform/http/request.ts';
import { HashingBusy } from '../../../platform/password-hash/password-hash.ts';
import { requestPasswordReset, resetPassword } from '../commands/change-password.ts';
import { logOut, logOutByRefreshToken } from '../commands/end-logins.ts';
import { login } from '../commands/login.ts';
import { refresh } from '../commands/refresh.ts';
import { register, sendVerification } from '../commands/register.ts';
import type { LoginTokens } from '../commands/start-login.ts';
import { verifyMail } from '../commands/verify-mail.ts';
import type { OwnCookie } from '../own-cookies.ts';
import type { IdentityParts } from '../parts.ts';
import type { SigningKeys } from '../queries/signing-keys.ts';
import {
  loginProblems,
  mailingProblems,
  refreshProblems,
  registerProblems,
  resetPasswordProblems,
  verifyMailProblems,
} from '../refusals.ts';

export interface IdentityRoutes extends IdentityParts {
  readonly keys: SigningKeys;
  /** Of the refresh token. */
  readonly cookie: OwnCookie;
  readonly deviceCookie: OwnCookie;
}

const tags = ['identity'];
const userAgentLengthMax = 200;
/** How long a browser is known; each login begins it anew. */
const deviceDays = 180;

/** What the device calls itself, for the list of one's logins. */
export function userAgentOf({ headers }: FastifyRequest): string | null {
  return headers['user-agent']?.slice(0, userAgentLengthMax) ?? null;
}

/** Answers a decision; a full queue of password checks as 503. */
export async function answered<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof HashingBusy)) throw error;
    throw new Refused({ code: 'LOGIN_BUSY', retryAfterSeconds: error.retryAfterSeconds });
  }
}

/** Hands tokens over: the refresh token by cookie to a browser, else in the body. */
export function tokensAnswer(
  { cookie, deviceCookie, clock }: Pick<IdentityRoutes, 'cookie' | 'deviceCookie' | 'clock'>,
  reply: FastifyReply,
  tokens: LoginTokens,
  isBrowser: boolean,
): TokensAnswer {
  const { accessToken, accessExpiresAt, refreshToken, refreshExpiresAt, accountId, loginId, deviceToken } = tokens;
  const now = clock.now();
  reply.header('cache-control', 'no-store');
  if (isBrowser) {
    reply.header('set-cookie', cookie.set(refreshToken, Math.floor((refreshExpiresAt - now) / 1000)));
    if (deviceToken !== undefined) reply.header('set-cookie', deviceCookie.set(deviceToken, deviceDays * 86_400));
  }
  return {
    accessToken,
    tokenType: 'Bearer',
    expiresIn: Math.max(0, Math.floor((accessExpiresAt - now) / 1000)),
    expiresAt: new Date(accessExpiresAt).toISOString(),
    ...(!isBrowser && { refreshToken, deviceToken }),
    refreshExpiresAt: new Date(refreshExpiresAt).toISOString(),
    sessionId: loginId,
    accountId,
  };
}

/** What whoever is not signed in can do: register, prove an address, log in and stay so. */
export function createLoginRoutes(parts: IdentityRoutes): FastifyPluginAsyncTypebox {
  const { clock, cookie, deviceCookie, keys } = parts;
  const config = { access: 'public', badBearer: 'ignored' } as const;
  const guessing = { ...config, limit: 'login' } as const;
  const contextFor = (request: FastifyRequest) => contextOf(request, clock.now());
  const message = (text: string) => ({ success: true, message: text });

  return async (app) => {
    const registering = {
      tags,
      summary: 'Register an account',
      description:
        'A mail proves the address. The answer is the same whether the address has an account or not; the mail says which.',
      body: RegisterBody,
      response: { 201: MessageSchema },
    };
    app.post(
      '/api/auth/register',
      { config: { ...guessing, problems: registerProblems }, schema: registering },
      async (request, reply) => {
        const { email, password, name = null, language: said } = request.body;
        const language = languageOf(request, said) ?? null;
        const input = { email, password, name, network: request.network, language };
        acceptedValue(await answered(register(parts, input, contextFor(request))));
        reply.code(201);
        return message('Look into your mail: a link there proves that the address is yours.');
      },
    );

    const verifying = {
      tags,
      summary: 'Prove a mail address by the token of the mail',
      body: MailTokenBody,
      response: { 200: MessageSchema },
    };
    app.post(
      '/api/auth/verify',
      { config: { ...guessing, problems: verifyMailProblems }, schema: verifying },
      async (request) => {
        const { claimed } = acceptedValue(await verifyMail(parts, request.body.token, contextFor(request)));
        const found =
          claimed > 0 ? ` ${claimed} earlier ${claimed === 1 ? 'booking is' : 'bookings are'} yours now.` : '';
        return message(`The address is proven.${found}`);
      },
    );

    const mailing = { tags, body: MailBody, response: { 202: MessageSchema } };
    const resending = { ...mailing, summary: 'Send the mail that proves an address once more' };
    app.post(
      '/api/auth/verify/resend',
      { config: { ...guessing, problems: mailingProblems }, schema: resending },
      async (request, reply) => {
        const input = { email: request.body.email, network: request.network };
        acceptedValue(await sendVerification(parts, input, contextFor(request)));
        reply.code(202);
        return message('If the address waits to be proven, a mail is on its way.');
      },
    );
    const forgetting = { ...mailing, summary: 'Send a mail by which a new password can be set' };
    app.post(
      '/api/auth/password/forgot',
      { config: { ...guessing, problems: mailingProblems }, schema: forgetting },
      async (request, reply) => {
        const input = { email: request.body.email, network: request.network };
        acceptedValue(await requestPasswordReset(parts, input, contextFor(request)));
        reply.code(202);
        return message('If the address has an account, a mail is on its way.');
      },
    );
    const resetting = {
      tags,
      summary: 'Set a new password by the token of the mail',
      description: 'Ends every login of the account.',
      body: ResetPasswordBody,
      response: { 200: MessageSchema },
    };
    app.post(
      '/api/auth/password/reset',
      { config: { ...guessing, problems: resetPasswordProblems }, schema: resetting },
      async (request) => {
        acceptedValue(
          await answered(resetPassword(parts, { ...request.body, network: request.network }, contextFor(request))),
        );
        return message('The new password counts. Log in with it.');
      },
    );

    const loggingIn = {
      tags,
      summary: 'Log in',
      description:
        'With `browser`, refresh token and device token go into cookies and are not in the answer. Who sends the device token of an earlier login is not shut out when others guess at the account.',
      body: LoginBody,
      response: { 200: TokensSchema },
    };
    app.post(
      '/api/auth/login',
      { config: { ...guessing, problems: loginProblems }, schema: loggingIn },
      async (request, reply) => {
        const { browser = false, deviceToken = deviceCookie.read(request), ...body } = request.body;
        const input = { ...body, deviceToken, userAgent: userAgentOf(request), network: request.network };
        const tokens = acceptedValue(await answered(login(parts, input, contextFor(request))));
        return tokensAnswer(parts, reply, tokens, browser);
      },
    );

    const refreshing = {
      tags,
      summary: 'Get the next pair of tokens',
      description:
        'Takes the refresh token of the body, else of the cookie. Each is good once; used again after ten seconds, the whole login ends.',
      body: RefreshBody,
      response: { 200: TokensSchema },
    };
    app.post(
      '/api/auth/refresh',
      { config: { ...config, problems: refreshProblems }, schema: refreshing },
      async (request, reply) => {
        const inBody = request.body?.refreshToken;
        const token = inBody ?? cookie.read(request);
        if (token === undefined) throw new Refused({ code: 'REFRESH_INVALID' });
        const decision = await refresh(parts, token, contextFor(request));
        if (!decision.accepted && inBody === undefined) reply.header('set-cookie', cookie.clear());
        const isBrowser = inBody === undefined || request.body?.browser === true;
        return tokensAnswer(parts, reply, acceptedValue(decision), isBrowser);
      },
    );

    const loggingOut = {
      tags,
      summary: 'Log out of this login',
      description: 'By its refresh token (body or cookie), or by its access token.',
      body: RefreshBody,
      response: { 200: MessageSchema },
    };
    app.post(
      '/api/auth/logout',
      { config: { ...config, problems: ['LOGIN_NEEDED'] }, schema: loggingOut },
      async (request, reply) => {
        const token = request.body?.refreshToken ?? cookie.read(request);
        const { caller } = request;
        if (token === undefined && caller.kind !== 'account') throw new Refused({ code: 'LOGIN_NEEDED' });
        if (token !== undefined) await logOutByRefreshToken(parts, token, contextFor(request));
        if (caller.kind === 'account') await logOut(parts, caller, contextFor(request));
        reply.header('set-cookie', cookie.clear());
        return message('Logged out.');
      },
    );

    const publicKeys = {
      tags,
      summary: 'The public keys that access tokens are signed with',
      response: { 200: JwksSchema },
    };
    app.get('/.well-known/jwks.json', { config: { access: 'public' }, schema: publicKeys }, async (_request, reply) => {
      reply.header('cache-control', 'public, max-age=60');
      return { keys: (await keys.publicJwks()) as Record<string, unknown>[] };
    });
  };
}
