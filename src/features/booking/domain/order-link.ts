import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUuid } from '../../../kernel/ids.ts';

/** A secret that signs the links by which guests find their orders; `no` names it within a link. */
export interface LinkSecret {
  readonly no: number;
  readonly value: Uint8Array;
}

/** `<booking>.<secret's number>.<128 bits of HMAC-SHA256>`, all of it safe in an address. */
export function makeOrderToken(bookingId: string, { no, value }: LinkSecret): string {
  const booking = Buffer.from(bookingId.replaceAll('-', ''), 'hex').toString('base64url');
  return `${booking}.${no}.${sign(`${booking}.${no}`, value)}`;
}

/** The booking that a token opens; null if none of the secrets signed it. */
export function readOrderToken(token: string, secrets: readonly LinkSecret[]): string | null {
  const match = /^([\w-]{22})\.(\d{1,9})\.([\w-]{22})$/.exec(token);
  if (!match) return null;
  const [, booking, no, signature] = match as unknown as [string, string, string, string];
  const secret = secrets.find((one) => one.no === Number(no));
  if (!secret || !timingSafeEqual(Buffer.from(sign(`${booking}.${no}`, secret.value)), Buffer.from(signature)))
    return null;
  const hex = Buffer.from(booking, 'base64url').toString('hex');
  const bookingId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(bookingId) ? bookingId : null;
}

function sign(text: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(`order:${text}`).digest('base64url').slice(0, 22);
}
