import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Instant } from '../../../kernel/instant.ts';

/** A webhook is not believed if it was signed longer ago (somebody may have recorded it) or further ahead than this. */
const webhookAgeMaxMs = 300_000;

/** `t=<seconds>,v1=<hex HMAC-SHA256 of "<seconds>.<body>">`, the form that Stripe uses. */
export function signWebhook(body: string | Buffer, secret: Uint8Array | string, now: Instant): string {
  const seconds = Math.floor(now / 1000);
  return `t=${seconds},v1=${hmac(body, secret, seconds).toString('hex')}`;
}

/** The second that a header says it was signed in; null if it says none, or one too far from `now` on either side. */
export function timelySecondOf(header: string, now: Instant): number | null {
  const seconds = Number(partsOf(header).find(([name]) => name === 't')?.[1]);
  return Number.isSafeInteger(seconds) && Math.abs(now - seconds * 1000) <= webhookAgeMaxMs ? seconds : null;
}

/** Whether a header signs this body with this secret, about now. */
export function isSigned(body: Buffer, header: unknown, secret: Uint8Array | string, now: Instant): boolean {
  if (typeof header !== 'string' || header.length > 1_000) return false;
  const seconds = timelySecondOf(header, now);
  if (seconds === null) return false;
  const expected = hmac(body, secret, seconds);
  return partsOf(header).some(([name, value]) => {
    const sent = Buffer.from(name === 'v1' ? (value ?? '') : '', 'hex');
    return sent.length === expected.length && timingSafeEqual(sent, expected);
  });
}

function partsOf(header: string): [name: string, value: string | undefined][] {
  return header.split(',').map((part) => part.split('=', 2) as [string, string | undefined]);
}

function hmac(body: string | Buffer, secret: Uint8Array | string, seconds: number): Buffer {
  return createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();
}
