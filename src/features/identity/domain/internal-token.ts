import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';

/**
 * Tokens by which the roles of one Onsale (its processes behind the gateway) know each other: JWTs of another type and
 * audience than an account's, signed by HMAC with INTERNAL_SECRET, good for a minute. They are checked here and nowhere on
 * the public edge, which takes them for what they are there: no account's token.
 */
export interface InternalTokens {
  /** A token of the role that sends. */
  issue(role: string, now: Instant): string;
  /** The role that sent it; null for anything but a token of ours that is still good. */
  read(token: string, now: Instant): string | null;
}

const lifeSeconds = 60;
const issuer = 'onsale-internal';
const audience = 'onsale-internal';
const header = encode({ alg: 'HS256', typ: 'internal+jwt' });

export function createInternalTokens(secret: Uint8Array): InternalTokens {
  const sign = (text: string) => createHmac('sha256', secret).update(text).digest();
  return {
    issue(role, now) {
      const iat = Math.floor(now / 1000);
      const signed = `${header}.${encode({ iss: issuer, aud: audience, sub: role, iat, exp: iat + lifeSeconds })}`;
      return `${signed}.${sign(signed).toString('base64url')}`;
    },
    read(token, now) {
      const [head, body, signature, ...rest] = token.split('.');
      // The header is ours to the letter: no other algorithm, type or key is ever considered.
      if (head !== header || body === undefined || signature === undefined || rest.length > 0) return null;
      const received = Buffer.from(signature, 'base64url');
      const expected = sign(`${head}.${body}`);
      if (received.length !== expected.length || !timingSafeEqual(received, expected)) return null;
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
      const isGood =
        claims.iss === issuer &&
        claims.aud === audience &&
        typeof claims.sub === 'string' &&
        typeof claims.exp === 'number' &&
        now < claims.exp * 1000;
      return isGood ? (claims.sub as string) : null;
    },
  };
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
