import type { Refusal } from '../../contract/problems.ts';
import {
  type Identified,
  type Identify,
  type SessionTokens,
  sessionCookieName,
} from '../../features/identity/index.ts';
import { refuse } from '../../kernel/decision.ts';
import { customerOf } from '../../platform/http/customer.ts';
import { type Access, type Caller, hasRight } from '../../platform/http/request.ts';

/**
 * What somebody brings along to say who they are: the headers of a request or of an upgrade to WebSocket, or the same names in
 * the first message of a connection.
 */
export interface Credentials {
  /** `Bearer` with an access token or an API key. */
  readonly authorization?: string | undefined;
  /** A guest session; goes before the cookie. */
  readonly 'x-session-token'?: string | readonly string[] | undefined;
  readonly cookie?: string | undefined;
  /** The organiser to act for, where {@link Demand.organizer} names none. */
  readonly 'x-organizer'?: string | readonly string[] | undefined;
  /** What browsers say of the page that sends it, and our own name as they see it. */
  readonly origin?: string | undefined;
  readonly 'sec-fetch-site'?: string | readonly string[] | undefined;
  readonly host?: string | undefined;
}

/** What they want to do. */
export interface Demand {
  readonly access: Access;
  /** Whether a page of somebody else must not have a browser do it: all that changes something, and every upgrade to WebSocket. */
  readonly isUnsafe: boolean;
  /** The organiser that it is about. */
  readonly organizer?: string | undefined;
  /** What a bearer that is wrong or has expired does here: it is refused unless this says otherwise. */
  readonly badBearer?: 'ignored' | undefined;
}

/** Who calls, and why they may not; known also of whoever is refused, as far as it was found out. */
export class IdentifiedCaller {
  readonly caller: Caller;
  /** The guest session, if we issued the token. */
  readonly sessionId: string | null;
  readonly refusal: Refusal | null;

  constructor(caller: Caller, sessionId: string | null, refusal: Refusal | null) {
    this.caller = caller;
    this.sessionId = sessionId;
    this.refusal = refusal;
  }

  /** The names by which they own holds and bookings. */
  get owner(): string | readonly string[] {
    return customerOf(this).owner;
  }
}

/** Answers at once where the bearer is known already or there is none. Rejects if the database does not answer. */
export type IdentifyCaller = (credentials: Credentials, demand: Demand) => IdentifiedCaller | Promise<IdentifiedCaller>;

export interface IdentifyCallerParts {
  readonly identify: Identify;
  readonly sessionTokens: SessionTokens;
  /** Our own origins (and those as good) beside the one the request names as its host. */
  readonly ownOrigins: ReadonlySet<string>;
  /** Whether buyers see us under https: then the cookie has the prefix that no other host can set, and no other counts. */
  readonly isHttps: boolean;
}

/** Whoever calls, until they are identified. */
export const publicCaller: Caller = { kind: 'public' };

/** Longer than any token or key of ours. */
const bearerPattern = /^Bearer ([\x21-\x7e]{1,2048})$/i;
const tokenInvalid = refuse({ code: 'TOKEN_INVALID' } as const);
const organizerPattern = /^[a-z0-9-]{1,100}$/;
/** Cookies of ours that a browser sends by itself. */
const sessionCookies = /(?:^|;\s*)(?:__Host-)?onsale_session=/;
const refreshCookies = /(?:^|;\s*)(?:__Host-)?onsale_refresh=/;
/** What a browser says of a request that no foreign page has made: by one of ours, or by the person. */
const ownSites = new Set(['same-origin', 'none']);

/**
 * Finds out who calls, and whether they may do what they want. Somebody may bring a guest session (`X-Session-Token` or the
 * cookie) and an access token or API key (`Authorization: Bearer`, for the organiser that the demand or `X-Organizer` names), or both.
 * A session token that we did not issue counts as none; a bearer that is wrong is refused, but where the demand says that it does not
 * matter. An unsafe demand with only a cookie must not come from a foreign page.
 */
export function createIdentifyCaller(parts: IdentifyCallerParts): IdentifyCaller {
  const { identify, sessionTokens, ownOrigins, isHttps } = parts;
  const cookieName = sessionCookieName(isHttps);

  function sessionOf({ cookie, 'x-session-token': token }: Credentials): string | null {
    const inCookie = token === undefined && cookie ? readCookie(cookie, cookieName) : undefined;
    const brought = typeof token === 'string' ? token : inCookie;
    return brought === undefined ? null : sessionTokens.read(brought);
  }

  function withoutBearer(credentials: Credentials, demand: Demand, sessionId: string | null): IdentifiedCaller {
    return new IdentifiedCaller(publicCaller, sessionId, refusePublic(credentials, demand, ownOrigins));
  }

  return (credentials, demand) => {
    const sessionId = sessionOf(credentials);
    const { authorization } = credentials;
    if (authorization === undefined) return withoutBearer(credentials, demand, sessionId);
    const bearer = bearerPattern.exec(authorization)?.[1];
    const organizer = demand.organizer ?? credentials['x-organizer'];
    if (bearer !== undefined && organizer !== undefined && !isSlug(organizer)) {
      return new IdentifiedCaller(publicCaller, sessionId, { code: 'ORGANIZER_NOT_FOUND' });
    }
    const identified = bearer === undefined ? tokenInvalid : identify(bearer, organizer as string | undefined);
    const judge = (known: Identified) => {
      if (known.accepted) return new IdentifiedCaller(known.value, sessionId, refuseAccess(known.value, demand.access));
      return demand.badBearer === 'ignored'
        ? withoutBearer(credentials, demand, sessionId)
        : new IdentifiedCaller(publicCaller, sessionId, known.refusal);
    };
    // Nobody waits for what is known already.
    return 'then' in identified ? identified.then(judge) : judge(identified);
  };
}

function isSlug(text: string | readonly string[]): text is string {
  return typeof text === 'string' && organizerPattern.test(text);
}

/** Why somebody who is known may not do what takes this access; null if they may. */
function refuseAccess(caller: Caller, access: Access): Refusal | null {
  if (access === 'public' || (access === 'account' && caller.kind === 'account')) return null;
  if (access === 'account') return { code: 'ACCOUNT_NEEDED' };
  if (hasRight(caller, access)) return null;
  if (caller.kind === 'account' && caller.lacksSecondFactor) return { code: 'SECOND_FACTOR_REQUIRED' };
  return { code: 'SCOPE_MISSING', scope: access };
}

/** Why somebody without a bearer may not do it. */
function refusePublic(
  credentials: Credentials,
  { access, isUnsafe }: Demand,
  ownOrigins: ReadonlySet<string>,
): Refusal | null {
  if (access !== 'public') return { code: access === 'account' ? 'LOGIN_NEEDED' : 'KEY_MISSING' };
  const { cookie, 'x-session-token': token } = credentials;
  if (cookie === undefined || !isUnsafe) return null;
  // A refresh cookie always needs our origin. For a session it is enough that no browser says it acts for a foreign page;
  // whoever can set the header is none.
  const isForeign = refreshCookies.test(cookie)
    ? !isSameOrigin(credentials, ownOrigins)
    : token === undefined && sessionCookies.test(cookie) && mayBeForeign(credentials, ownOrigins);
  return isForeign ? { code: 'ORIGIN_FOREIGN' } : null;
}

function readCookie(header: string, cookieName: string): string | undefined {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookieName) return value;
  }
  return undefined;
}

/** Browsers name the origin of what a page sends; those that leave it out say at least from where it comes. */
function mayBeForeign(credentials: Credentials, ownOrigins: ReadonlySet<string>): boolean {
  const { origin, 'sec-fetch-site': site } = credentials;
  if (origin !== undefined) return !isSameOrigin(credentials, ownOrigins);
  return site !== undefined && !ownSites.has(String(site));
}

/** Whether the page that sends it is ours, or as good. */
export function isSameOrigin({ origin, host }: Credentials, ownOrigins: ReadonlySet<string>): boolean {
  return (
    origin !== undefined && (ownOrigins.has(origin) || origin === `http://${host}` || origin === `https://${host}`)
  );
}
