import { createHmac, timingSafeEqual } from 'node:crypto';
import { isUuid } from '../../../kernel/ids.ts';

/** A secret that signs the links by which guests find their orders; `no` names it within a link. */
export interface LinkSecret {
  readonly no: number;
  readonly value: Uint8Array;
}

/** A booking, and how many of the addresses that its links went to were corrected: links of before open nothing any more. */
export interface LinkedBooking {
  readonly bookingId: string;
  readonly linkVersion: number;
}

/**
 * `<booking>.<secret's number>.<128 bits of HMAC-SHA256>`, all of it safe in an address. Behind the number stands the version of
 * the booking's links, unless it is the first: `<booking>.<number>-<version>.<signature>`.
 */
export function makeOrderToken({ bookingId, linkVersion }: LinkedBooking, { no, value }: LinkSecret): string {
  const booking = Buffer.from(bookingId.replaceAll('-', ''), 'hex').toString('base64url');
  const signed = `${booking}.${linkVersion === 0 ? no : `${no}-${linkVersion}`}`;
  return `${signed}.${sign(signed, value)}`;
}

/** The booking that a token opens, if its links are still of this version; null if none of the secrets signed it. */
export function readOrderToken(token: string, secrets: readonly LinkSecret[]): LinkedBooking | null {
  const match = /^(([\w-]{22})\.(\d{1,9})(?:-([1-9]\d{0,8}))?)\.([\w-]{22})$/.exec(token);
  if (!match) return null;
  const [, signed, booking, no, version = '0', signature] = match as unknown as string[];
  const secret = secrets.find((one) => one.no === Number(no));
  if (!secret || !timingSafeEqual(Buffer.from(sign(signed!, secret.value)), Buffer.from(signature!))) return null;
  const hex = Buffer.from(booking!, 'base64url').toString('hex');
  const bookingId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  return isUuid(bookingId) ? { bookingId, linkVersion: Number(version) } : null;
}

function sign(text: string, secret: Uint8Array): string {
  return createHmac('sha256', secret).update(`order:${text}`).digest('base64url').slice(0, 22);
}
