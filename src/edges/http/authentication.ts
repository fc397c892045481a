import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refused } from '../../contract/problem.ts';
import { type Access, type Caller, hasRight } from '../../contract/request.ts';
import type { Identify, SessionTokens } from '../../features/identity/index.ts';

const sessionCookie = 'onsale_session';
/** Whoever calls, until they are identified. */
export const publicCaller: Caller = { kind: 'public' };
/** Longer than any token or key of ours. */
const bearerPattern = /^Bearer ([\x21-\x7e]{1,2048})$/i;
const organizerPattern = /^[a-z0-9-]{1,100}$/;
/** Cookies of ours that a browser sends by itself. */
const sessionCookies = /(?:^|;\s*)(?:__Host-)?onsale_session=/;
const refreshCookies = /(?:^|;\s*)(?:__Host-)?onsale_refresh=/;
/** What a browser says of a request that no foreign page has made: by one of ours, or by the person. */
const ownSites = new Set(['same-origin', 'none']);

interface Authentication {
  readonly identify: Identify;
  readonly sessionTokens: SessionTokens;
  /** Our own origins (and those as good) beside the one the request names as its host. */
  readonly ownOrigins: ReadonlySet<string>;
  /** Whether buyers see us under https: then the cookie has the prefix that no other host can set, and no other counts. */
  readonly isHttps: boolean;
}

/**
 * Finds out who calls, and whether the route lets them. A request may carry a guest session (`X-Session-Token` or the
 * cookie) and an access token or API key (`Authorization: Bearer`, for the organiser of the path or of `X-Organizer`), or both. A session
 * token that we did not issue counts as none; a bearer that is wrong is refused, but where the route says that it does not
 * matter. An unsafe request with only a cookie must not come from a foreign page.
 */
export function createAuthentication({ identify, sessionTokens, ownOrigins, isHttps }: Authentication) {
  const cookieName = isHttps ? `__Host-${sessionCookie}` : sessionCookie;
  return function identifyCaller(request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void {
    const { headers } = request;
    const token = headers['x-session-token'];
    const cookie = token === undefined && headers.cookie ? readCookie(headers.cookie, cookieName) : undefined;
    const given = typeof token === 'string' ? token : cookie;
    request.sessionId = given === undefined ? null : sessionTokens.read(given);
    const { authorization } = headers;
    if (authorization === undefined) return done(refusePublic(request, ownOrigins));
    const bearer = bearerPattern.exec(authorization)?.[1];
    const organizer = organizerInPath(request) ?? headers['x-organizer'];
    if (bearer === undefined) return done(refuseBearer(request, { code: 'TOKEN_INVALID' }, ownOrigins));
    if (organizer !== undefined && !(typeof organizer === 'string' && organizerPattern.test(organizer))) {
      return done(new Refused({ code: 'ORGANIZER_NOT_FOUND' }));
    }
    const identified = identify(bearer, organizer);
    // Nobody waits for what is known already.
    if ('then' in identified) {
      identified.then(
        (late) => done(late.accepted ? admit(request, late.value) : refuseBearer(request, late.refusal, ownOrigins)),
        done,
      );
    } else {
      done(
        identified.accepted ? admit(request, identified.value) : refuseBearer(request, identified.refusal, ownOrigins),
      );
    }
  };
}

/** A route about one organiser (`/api/organizers/{organizer}/…`) names it in its path: then that counts. */
function organizerInPath(request: FastifyRequest): string | undefined {
  const { access = 'public' } = request.routeOptions.config;
  return access === 'public' ? undefined : (request.params as { organizer?: string } | undefined)?.organizer;
}

/** Notes who calls; answers why the route does not let them. */
function admit(request: FastifyRequest, caller: Caller): Refused | undefined {
  request.caller = caller;
  const access: Access = request.routeOptions.config.access ?? 'public';
  if (access === 'public' || (access === 'account' && caller.kind === 'account')) return undefined;
  if (access === 'account') return new Refused({ code: 'ACCOUNT_NEEDED' });
  if (hasRight(caller, access)) return undefined;
  if (caller.kind === 'account' && caller.lacksSecondFactor) return new Refused({ code: 'SECOND_FACTOR_REQUIRED' });
  return new Refused({ code: 'SCOPE_MISSING', scope: access });
}

function refuseBearer(
  request: FastifyRequest,
  refusal: { readonly code: string },
  ownOrigins: ReadonlySet<string>,
): Refused | undefined {
  const isIgnored = request.routeOptions.config.badBearer === 'ignored';
  return isIgnored ? refusePublic(request, ownOrigins) : new Refused(refusal);
}

/** Why a request without a bearer does not get in. */
function refusePublic(request: FastifyRequest, ownOrigins: ReadonlySet<string>): Refused | undefined {
  const access: Access = request.routeOptions.config.access ?? 'public';
  if (access !== 'public') return new Refused({ code: access === 'account' ? 'LOGIN_NEEDED' : 'KEY_MISSING' });
  const { cookie, 'x-session-token': token } = request.headers;
  if (cookie === undefined || !isUnsafe(request)) return undefined;
  // A refresh cookie always needs our origin. For a session it is enough that no browser says it acts for a foreign page;
  // whoever can set the header is none.
  const isForeign = refreshCookies.test(cookie)
    ? !isSameOrigin(request, ownOrigins)
    : token === undefined && sessionCookies.test(cookie) && mayBeForeign(request, ownOrigins);
  return isForeign ? new Refused({ code: 'ORIGIN_FOREIGN' }) : undefined;
}

function readCookie(header: string, cookieName: string): string | undefined {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName) return value;
  }
  return undefined;
}

/** Browsers name the origin of what a page sends; those that leave it out say at least from where it comes. */
function mayBeForeign(request: FastifyRequest, ownOrigins: ReadonlySet<string>): boolean {
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (origin !== undefined) return !isSameOrigin(request, ownOrigins);
  return site !== undefined && !ownSites.has(String(site));
}

function isUnsafe(request: FastifyRequest): boolean {
  return request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'OPTIONS';
}

function isSameOrigin(request: FastifyRequest, ownOrigins: ReadonlySet<string>): boolean {
  const { origin, host } = request.headers;
  return (
    origin !== undefined && (ownOrigins.has(origin) || origin === `http://${host}` || origin === `https://${host}`)
  );
}
