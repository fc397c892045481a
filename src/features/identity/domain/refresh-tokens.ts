import { createHash, createHmac } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';

/** A login that is not refreshed for this long is over. */
export const refreshLifeMs = 7 * 24 * 3_600_000;
/** Two tabs, or an answer that got lost: for this long the same token gives the same successor again. */
const refreshLeewayMs = 10_000;

/** Opaque tokens have 256 random bits, so a plain hash is enough: there is nothing to guess. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

/** By which a refresh token stands in the list of what is denied. */
export function deniedName(tokenHash: Buffer): string {
  return `refresh:${tokenHash.toString('base64url')}`;
}

/**
 * The token that follows another. It is computed, not drawn: so the same one can be issued twice though only hashes are
 * kept, and nobody without the installation's secret can derive it from its predecessor.
 */
export function successorOf(token: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(`refresh ${token}`).digest('base64url');
}

interface TokenState {
  readonly expiresAt: Date;
  readonly usedAt: Date | null;
  readonly endedAt: Date | null;
  readonly disabledAt: Date | null;
}

/**
 * What to do about a refresh token that somebody brings. `rotate`: its first use. `repeat`: a use again within the leeway.
 * `stolen`: a use again later; either this is a thief or the first one was, so the login must end. `over`: it or its login
 * has ended.
 */
export function decideRefresh(token: TokenState, now: Instant): 'rotate' | 'repeat' | 'stolen' | 'over' {
  if (token.endedAt || token.disabledAt || token.expiresAt.getTime() <= now) return 'over';
  if (!token.usedAt) return 'rotate';
  return now - token.usedAt.getTime() <= refreshLeewayMs ? 'repeat' : 'stolen';
}
