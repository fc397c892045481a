import { randomBytes, randomFillSync } from 'node:crypto';

/** Letters and digits that nobody mixes up when reading aloud: no 0 O, no 1 I. 32 of them: five bits each. */
export const clearAlphabet = '23456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** Where randomness comes from: n random bytes. The simulation hands in a seeded one. */
export type RandomBytes = (count: number) => Uint8Array;

const pool = Buffer.allocUnsafe(8192);
let used = pool.length;

/** Cryptographic randomness, drawn from the system 8 kB at a time (a call each costs ten times as much). */
export const systemRandom: RandomBytes = (count) => {
  if (count > pool.length) return randomBytes(count);
  if (used + count > pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  const bytes = Uint8Array.prototype.slice.call(pool, used, used + count);
  used += count;
  return bytes;
};

const hex: string[] = [];
for (let byte = 0; byte < 256; byte++) hex.push(byte.toString(16).padStart(2, '0'));

/**
 * A UUIDv7 (RFC 9562) for the millisecond `now`: ids made later sort later, to the millisecond.
 */
export function uuidv7(now: number, random: RandomBytes = systemRandom): string {
  const r = random(10);
  const high = Math.floor(now / 0x10000);
  const low = now % 0x10000;
  const time = high.toString(16).padStart(8, '0');
  const timeLow = low.toString(16).padStart(4, '0');
  return (
    `${time}-${timeLow}-7${hex[r[0]!]!.slice(1)}${hex[r[1]!]}-${hex[(r[2]! & 0x3f) | 0x80]}${hex[r[3]!]}-` +
    hex[r[4]!] +
    hex[r[5]!] +
    hex[r[6]!] +
    hex[r[7]!] +
    hex[r[8]!] +
    hex[r[9]!]
  );
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a lower-case UUID text of any version. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}

/** The millisecond in which a UUIDv7 was made. */
export function instantOfUuid(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16);
}

/** A whole number in the clear alphabet, most significant first, padded to `width`. */
export function toClearText(value: number, width = 0): string {
  let text = '';
  let rest = value;
  do {
    text = clearAlphabet[rest % 32] + text;
    rest = Math.floor(rest / 32);
  } while (rest > 0);
  return text.padStart(width, clearAlphabet[0]);
}

/** Reads what {@link toClearText} wrote; undefined if a character is not of the alphabet. */
export function fromClearText(text: string): number | undefined {
  let value = 0;
  for (const character of text) {
    const digit = clearAlphabet.indexOf(character);
    if (digit < 0) return undefined;
    value = value * 32 + digit;
  }
  return value;
}

/** `count` random characters of the clear alphabet. */
export function randomClearText(count: number, random: RandomBytes = systemRandom): string {
  const bytes = random(count);
  let text = '';
  for (let i = 0; i < count; i++) text += clearAlphabet[bytes[i]! & 31];
  return text;
}
