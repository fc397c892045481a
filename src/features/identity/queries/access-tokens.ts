import { errors, jwtVerify, SignJWT } from 'jose';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { isUuid } from '../../../kernel/ids.ts';
import type { Instant } from '../../../kernel/instant.ts';
import { accessTokenAlgorithm } from '../commands/rotate-keys.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What an access token says. */
export interface AccessClaims {
  readonly accountId: string;
  readonly loginId: string;
  /** Whether the account had rights beyond a buyer's when the token was issued: then they are looked up. */
  readonly isStaff: boolean;
  /** Whether its mail address was proven when the token was issued. */
  readonly hasProvenMail: boolean;
  readonly expiresAt: Instant;
}

/** What a token is made of. `secondFactor` is for others who read it (RFC 8176); we ask the login itself. */
export type NewClaims = Omit<AccessClaims, 'expiresAt'> & { readonly secondFactor: boolean };

export type TokenRefusal = { readonly code: 'TOKEN_INVALID' } | { readonly code: 'TOKEN_EXPIRED' };

/** RFC 9068. Refresh tokens are no JWTs, and internal tokens have another type, audience and algorithm. */
const tokenType = 'at+jwt';
const audience = 'onsale';

export interface AccessTokens {
  readonly lifeMs: number;
  issue(claims: NewClaims, now: Instant): Promise<{ token: string; expiresAt: Instant }>;
  /** Checks signature, algorithm, key, type, issuer, audience and time. Says nothing of logins that have ended since. */
  verify(token: string, now: Instant): Promise<Decision<AccessClaims, TokenRefusal>>;
}

/** Access tokens: JWTs signed by a key pair, so that anybody can check them by `/.well-known/jwks.json`. */
export function createAccessTokens(parts: {
  readonly keys: SigningKeys;
  readonly issuer: string;
  readonly lifeMs: number;
}): AccessTokens {
  const { keys, issuer, lifeMs } = parts;
  return {
    lifeMs,
    async issue({ accountId, loginId, isStaff, hasProvenMail, secondFactor }, now) {
      const { kid, key } = await keys.current();
      const seconds = Math.floor(now / 1000);
      const expires = seconds + lifeMs / 1000;
      const token = await new SignJWT({
        sid: loginId,
        amr: secondFactor ? ['pwd', 'otp', 'mfa'] : ['pwd'],
        ...(isStaff && { staff: true }),
        ...(hasProvenMail && { email_verified: true }),
      })
        .setProtectedHeader({ alg: accessTokenAlgorithm, typ: tokenType, kid })
        .setSubject(accountId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(seconds)
        .setExpirationTime(expires)
        .sign(key);
      return { token, expiresAt: expires * 1000 };
    },
    async verify(token, now) {
      try {
        const { payload } = await jwtVerify(
          token,
          async ({ kid }) => {
            const key = typeof kid === 'string' ? await keys.publicKey(kid) : undefined;
            if (!key) throw new errors.JWKSNoMatchingKey();
            return key;
          },
          {
            algorithms: [accessTokenAlgorithm],
            issuer,
            audience,
            typ: tokenType,
            currentDate: new Date(now),
            requiredClaims: ['sub', 'sid', 'iat', 'exp'],
          },
        );
        const { sub, sid, exp, staff, email_verified: proven } = payload;
        if (!isUuid(String(sub)) || !isUuid(String(sid))) return refuse({ code: 'TOKEN_INVALID' });
        return accept({
          accountId: sub as string,
          loginId: sid as string,
          isStaff: staff === true,
          hasProvenMail: proven === true,
          expiresAt: exp! * 1000,
        });
      } catch (error) {
        if (error instanceof errors.JWTExpired) return refuse({ code: 'TOKEN_EXPIRED' });
        if (error instanceof errors.JOSEError) return refuse({ code: 'TOKEN_INVALID' });
        throw error;
      }
    },
  };
}
