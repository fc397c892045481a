import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';

/** A webhook older than this is not believed: somebody may have recorded it. */
export const webhookAgeMaxMs = 300_000;

/** `t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<body>">`, the form that Stripe uses. */
export function signWebhook(body: string | Buffer, secret: Uint8Array | string, now: Instant): string {
  const seconds = Math.floor(now / 1000);
  return `t=${seconds},v1=${hmac(body, secret, seconds).toString('hex')}`;
}

/** Whether a header signs this body with this secret, not long ago. */
export function isSigned(body: Buffer, header: unknown, secret: Uint8Array | string, now: Instant): boolean {
  if (typeof header !== 'string' || header.length > 1_000) return false;
  const parts = header.split(',').map((part) => part.split('=', 2) as [string, string | undefined]);
  const seconds = Number(parts.find(([name]) => name === 't')?.[1]);
  if (!Number.isSafeInteger(seconds) || Math.abs(now - seconds * 1000) > webhookAgeMaxMs) return false;
  const expected = hmac(body, secret, seconds);
  return parts.some(([name, value]) => {
    const given = Buffer.from(name === 'v1' ? (value ?? '') : '', 'hex');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function hmac(body: string | Buffer, secret: Uint8Array | string, seconds: number): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
