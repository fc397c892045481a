import type { FastifyRequest } from 'fastify';

/** A cookie that only we read and set: out of the reach of scripts. */
export interface OwnCookie {
  /** The Set-Cookie line that hands a token to the browser. */
  set(token: string, maxAgeSeconds: number): string;
  /** The line that takes it away. */
  clear(): string;
  read(request: FastifyRequest): string | undefined;
}

/** Where browsers keep the refresh token. */
export const createRefreshCookie = (publicUrl: string | undefined) => createOwnCookie('onsale_refresh', publicUrl);

/** Where browsers keep the proof that one was signed in on them before. It outlives the login, and opens nothing. */
export const createDeviceCookie = (publicUrl: string | undefined) => createOwnCookie('onsale_device', publicUrl);

/**
 * The Set-Cookie line that hands a guest's session token to a browser, for 30 days. `Lax`: whoever follows a link to us keeps
 * their session.
 */
export function sessionCookieLine(token: string, publicUrl: string | undefined): string {
  const attributes = 'Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000';
  const isHttps = publicUrl?.startsWith('https:') ?? false;
  return `${sessionCookieName(isHttps)}=${token}; ${attributes}${isHttps ? '; Secure' : ''}`;
}

/** Where browsers keep the session of a guest; by which name depends on whether buyers see us under https. */
export function sessionCookieName(isHttps: boolean): string {
  return isHttps ? '__Host-onsale_session' : 'onsale_session';
}

/**
 * Under https the cookie has the prefix `__Host-`, which no other host and no plain connection can set. `Strict`: no foreign
 * page can have it sent, and the edge asks for our own origin besides.
 */
function createOwnCookie(plainName: string, publicUrl: string | undefined): OwnCookie {
  const isHttps = publicUrl?.startsWith('https:') ?? false;
  const name = isHttps ? `__Host-${plainName}` : plainName;
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isHttps ? '; Secure' : ''}`;
  return {
    set: (token, maxAgeSeconds) => `${name}=${token}; ${attributes}; Max-Age=${maxAgeSeconds}`,
    clear: () => `${name}=; ${attributes}; Max-Age=0`,
    read({ headers: { cookie } }) {
      const pair = cookie?.split(';').find((part) => part.trim().startsWith(`${name}=`));
      const token = pair?.trim().slice(name.length + 1);
      return token !== undefined && /^[\w-]{1,200}$/.test(token) ? token : undefined;
    },
  };
}
