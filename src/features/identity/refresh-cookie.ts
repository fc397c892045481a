import type { FastifyRequest } from 'fastify';

/** Where browsers keep the refresh token: out of the reach of scripts. */
export const refreshCookie = 'onsale_refresh';

export interface RefreshCookie {
  /** The Set-Cookie line that hands the token to the browser. */
  set(token: string, maxAgeSeconds: number): string;
  /** The line that takes it away. */
  clear(): string;
  read(request: FastifyRequest): string | undefined;
}

/**
 * Under https the cookie has the prefix `__Host-`, which no other host and no plain connection can set. `Strict`: no foreign
 * page can have it sent, and the edge asks for our own origin besides.
 */
export function createRefreshCookie(publicUrl: string | undefined): RefreshCookie {
  const isHttps = publicUrl?.startsWith('https:') ?? false;
  const name = isHttps ? `__Host-${refreshCookie}` : refreshCookie;
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
