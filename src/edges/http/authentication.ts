import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refused } from '../../contract/problem.ts';
import { type Caller, hasRight } from '../../contract/request.ts';
import type { SessionTokens } from '../../features/identity/index.ts';

export const sessionCookie = 'onsale_session';
const publicCaller: Caller = { kind: 'public' };

interface Authentication {
  readonly authenticate: (key: string) => Promise<Caller | null>;
  readonly sessionTokens: SessionTokens;
  /** Our own origin beside the one the request names as its host, or undefined. */
  readonly publicOrigin: string | undefined;
}

/**
 * Finds out who calls, and whether the route lets them. A request may carry a guest session (`X-Session-Token` or the
 * cookie) and an API key (`Authorization: Bearer`), or both. A token that we did not issue counts as none; a key that
 * is wrong is always refused. An unsafe request with only the cookie must come from our own origin.
 */
export function createAuthentication({ authenticate, sessionTokens, publicOrigin }: Authentication) {
  return function identifyCaller(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
    const { headers } = request;
    request.caller = publicCaller;
    const token = headers['x-session-token'];
    const cookie = token === undefined && headers.cookie ? readCookie(headers.cookie) : undefined;
    const given = typeof token === 'string' ? token : cookie;
    request.sessionId = given === undefined ? null : sessionTokens.read(given);
    const access = request.routeOptions.config.access ?? 'public';
    const { authorization } = headers;
    if (authorization === undefined) {
      if (access !== 'public') return done(new Refused({ code: 'KEY_MISSING' }));
      if (cookie !== undefined && isUnsafe(request) && !isSameOrigin(request, publicOrigin)) {
        return done(new Refused({ code: 'ORIGIN_FOREIGN' }));
      }
      return done();
    }
    const key = /^Bearer ([\x21-\x7e]{1,200})$/i.exec(authorization)?.[1];
    if (!key) return done(new Refused({ code: 'KEY_UNKNOWN' }));
    authenticate(key).then((caller) => {
      if (!caller) return done(new Refused({ code: 'KEY_UNKNOWN' }));
      request.caller = caller;
      if (access === 'account' && caller.kind !== 'account') return done(new Refused({ code: 'ACCOUNT_NEEDED' }));
      if (access !== 'public' && access !== 'account' && !hasRight(caller, access))
        return done(new Refused({ code: 'SCOPE_MISSING', scope: access }));
      done();
    }, done);
  };
}

function readCookie(header: string): string | undefined {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === sessionCookie || name === `__Host-${sessionCookie}`) return value;
  }
  return undefined;
}

function isUnsafe(request: FastifyRequest): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS';
}

function isSameOrigin(request: FastifyRequest, publicOrigin: string | undefined): boolean {
  const { origin, host } = request.headers;
  return (
    origin !== undefined && (origin === publicOrigin || origin === `http://${host}` || origin === `https://${host}`)
  );
}
