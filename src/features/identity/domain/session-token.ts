import { timingSafeEqual } from 'node:crypto';
import { createHmacSha256 } from '../../../kernel/hmac.ts';
import { type RandomBytes, systemRandom } from '../../../kernel/ids.ts';

/**
 * Guest sessions: `<session id>.<signature>`. The id is 128 random bits; the signature is HMAC-SHA256 of it, so that a
 * token we did not issue is never adopted and no table of guests is needed.
 */
export interface SessionTokens {
  /** A new session: its id (kept with holds and bookings) and the token that proves it (sent to the guest). */
  issue(): { sessionId: string; token: string };
  /** The session id of a token that we issued; null for anything else. */
  read(token: string): string | null;
  /**
   * The session that an idempotency key of a first request stands for (its sender has no session yet): the same key
   * always answers the same one. It must be nobody else's (inventory's `judgeFirstKey`), or strangers would share it.
   */
  derive(idempotencyKey: string): { sessionId: string; token: string };
  /** The token of a session id that we know to be ours (to replay an answer). */
  tokenOf(sessionId: string): string;
}

const tokenPattern = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;
const cacheMax = 50_000;

export function createSessionTokens(secret: Uint8Array, random: RandomBytes = systemRandom): SessionTokens {
  const sign = createHmacSha256(secret);
  // Signing costs a few µs, and a guest sends the same token with every request. Two generations: when the younger is
  // full it becomes the older. (One map that forgets its oldest entry spends longer on that than on signing.)
  let younger = new Map<string, string>();
  let older = new Map<string, string>();
  const remember = (token: string, sessionId: string) => {
    if (younger.size >= cacheMax / 2) {
      older = younger;
      younger = new Map();
    }
    younger.set(token, sessionId);
  };
  return {
    issue() {
      const sessionId = Buffer.from(random(16)).toString('base64url');
      // Not remembered yet: of those who hold something many never come back, and whoever does is read once.
      return { sessionId, token: `${sessionId}.${sign(sessionId)}` };
    },
    read(token) {
      const known = younger.get(token) ?? older.get(token);
      if (known) return known;
      const match = tokenPattern.exec(token);
      if (!match) return null;
      const [, sessionId, signature] = match as unknown as [string, string, string];
      if (!timingSafeEqual(Buffer.from(sign(sessionId)), Buffer.from(signature))) return null;
      remember(token, sessionId);
      return sessionId;
    },
    derive(idempotencyKey) {
      const sessionId = sign(`reserve:${idempotencyKey}`).slice(0, 22);
      const token = `${sessionId}.${sign(sessionId)}`;
      remember(token, sessionId);
      return { sessionId, token };
    },
    tokenOf: (sessionId) => `${sessionId}.${sign(sessionId)}`,
  };
}
