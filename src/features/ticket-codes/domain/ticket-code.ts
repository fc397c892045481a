import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Instant } from '../../../kernel/instant.ts';

/*
 * What a door scans: 90 bytes as base64url, 120 characters.
 *
 *   0       version in the upper two bits, number of the key in the lower six
 *   1–4     event id
 *   5–9     issued at, in seconds
 *   10–25   ticket id (UUID)
 *   26–89   Ed25519 signature of the 26 bytes before it
 *
 * Nothing here needs Node: doors check codes in the browser, without network, by WebCrypto.
 */

export interface TicketFacts {
  /** Which key signs, 0 to 63. */
  readonly keyNo: number;
  readonly eventId: number;
  /** In whole seconds. */
  readonly issuedAt: Instant;
  readonly ticketId: string;
}

/** `CODE_UNREADABLE`: this is no ticket code, or one of a later version. `CODE_KEY_UNKNOWN`, `CODE_FORGED`: it is not one of ours. */
export type CodeFault = {
  readonly code: 'CODE_UNREADABLE' | 'CODE_KEY_UNKNOWN' | 'CODE_FORGED';
};

const version = 1;
const factsLength = 26;
const length = 90;
const textPattern = /^[\w-]{120}$/;
export const keyNoMax = 63;

/** The bytes of a ticket that are signed. Throws for what does not fit them. */
export function toSignedBytes({ keyNo, eventId, issuedAt, ticketId }: TicketFacts): Uint8Array<ArrayBuffer> {
  if (!(keyNo >= 0 && keyNo <= keyNoMax)) throw new RangeError(`No number of a key: ${keyNo}`);
  const bytes = new Uint8Array(factsLength);
  const view = new DataView(bytes.buffer);
  const seconds = Math.floor(issuedAt / 1000);
  bytes[0] = (version << 6) | keyNo;
  view.setUint32(1, eventId);
  bytes[5] = Math.floor(seconds / 2 ** 32);
  view.setUint32(6, seconds % 2 ** 32);
  const hex = ticketId.replaceAll('-', '');
  for (let i = 0; i < 16; i++) bytes[10 + i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** The text of a code. */
export function toCodeText(signed: Uint8Array, signature: Uint8Array): string {
  return btoa(String.fromCharCode(...signed, ...signature))
    .replaceAll('+', '-')
    .replaceAll('/', '_');
}

/** What a code says, whoever wrote it; null for a text that is none. */
export function readCode(text: string): {
  readonly facts: TicketFacts;
  readonly signed: Uint8Array<ArrayBuffer>;
  readonly signature: Uint8Array<ArrayBuffer>;
} | null {
  if (!textPattern.test(text)) return null;
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = binary.charCodeAt(i);
  if (bytes[0]! >> 6 !== version) return null;
  const view = new DataView(bytes.buffer);
  const hex = Array.from(bytes.subarray(10, factsLength), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return {
    facts: {
      keyNo: bytes[0]! & keyNoMax,
      eventId: view.getUint32(1),
      issuedAt: (bytes[5]! * 2 ** 32 + view.getUint32(6)) * 1000,
      ticketId: hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5'),
    },
    signed: bytes.slice(0, factsLength),
    signature: bytes.slice(factsLength),
  };
}

/**
 * What a code says, if one of the keys signed it. It proves that the ticket was issued: not that it is still good, nor that nobody came
 * in with it yet. `publicKeyOf` answers the 32 bytes of a key; undefined for one that does not hold (any more).
 */
export async function verifyCode(
  text: string,
  publicKeyOf: (keyNo: number) => Uint8Array<ArrayBuffer> | undefined,
): Promise<Decision<TicketFacts, CodeFault>> {
  const read = readCode(text);
  if (!read) return refuse({ code: 'CODE_UNREADABLE' });
  const publicKey = publicKeyOf(read.facts.keyNo);
  if (!publicKey) return refuse({ code: 'CODE_KEY_UNKNOWN' });
  const key = await crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
  const isOurs = await crypto.subtle.verify('Ed25519', key, read.signature, read.signed);
  return isOurs ? accept(read.facts) : refuse({ code: 'CODE_FORGED' });
}

/**
 * The key that signs what was ordered at a moment: the last that began before it. Where none had begun (those of that time were revoked),
 * the first that there is. `keys` in the order in which they begin, at least one.
 */
export function keyFor<Key extends { readonly signsFrom: Instant }>(keys: readonly Key[], issuedAt: Instant): Key {
  return keys.findLast(({ signsFrom }) => signsFrom <= issuedAt) ?? keys[0]!;
}
