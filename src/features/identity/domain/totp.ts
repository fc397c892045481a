import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';

/** Time-based one-time passwords: RFC 6238 with the values every authenticator app knows (SHA-1, 6 digits, 30 s). */
const stepMs = 30_000;
/** A phone's clock may be off by one step either way. */
const stepsAside = 1;
const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export const secretBytes = 20;

/** The code of one step. */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = digest[19]! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/**
 * The step whose code this is, around `now` and after `lastStep`; undefined if there is none. Keep it as the next
 * `lastStep`: so each code is good once.
 */
export function findTotpStep(secret: Uint8Array, code: string, lastStep: number, now: Instant): number | undefined {
  if (!/^\d{6}$/.test(code)) return undefined;
  const current = Math.floor(now / stepMs);
  let found: number | undefined;
  for (let step = current - stepsAside; step <= current + stepsAside; step++) {
    const isEqual = timingSafeEqual(Buffer.from(totpCode(secret, step)), Buffer.from(code));
    if (isEqual && step > lastStep) found ??= step;
  }
  return found;
}

/** A secret as authenticator apps take it by hand. */
export function toBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += base32[(value >> bits) & 31];
    }
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + base32[(value << (5 - bits)) & 31] : text;
}

/** What is shown as a QR code: an `otpauth://` address. */
export function otpauthUrl(secret: Uint8Array, email: string, issuer: string): string {
  const query = new URLSearchParams({ secret: toBase32(secret), issuer });
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(email)}?${query}`;
}
