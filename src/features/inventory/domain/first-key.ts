/**
 * The idempotency key of a first reserve stands for a customer who has no session yet: whoever sends the same key gets the same
 * session. So it matters how it came about. `random`: nobody else draws it. `made-up`: words, a date, a number of one's own; a stranger may
 * have made up the same, so it counts within one network only. `weak`: short, or anybody's first idea.
 */
export type FirstKey = 'random' | 'made-up' | 'weak';

/** 22 characters of base64url carry 128 bits. */
export const firstKeyLengthMin = 22;
/** Of a random key of this length one in a million is below. */
const bitsMin = 40;

/** UUIDs that are drawn (version 4, 7), and longer hexadecimal digits or ULIDs, whatever stands before and after them. */
const drawn =
  /[0-9a-f]{8}-[0-9a-f]{4}-[47][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{32}|[0-9A-HJKMNP-TV-Z]{26}/i;
const ofAllKinds = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=-]+$/;
/** Few random texts of 22 characters hold as much in a row; those that do count as made up. */
const words = /[a-z]{7}|\d{5}/;

export function judgeFirstKey(key: string): FirstKey {
  if (key.length < firstKeyLengthMin || bitsOf(key) < bitsMin) return 'weak';
  return drawn.test(key) || (ofAllKinds.test(key) && !words.test(key)) ? 'random' : 'made-up';
}

/** How much the characters of a text surprise (Shannon), leaving out those that repeat or follow the one before. */
function bitsOf(text: string): number {
  const counts = new Map<number, number>();
  let before = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (Math.abs(character - before) > 1) {
      counts.set(character, (counts.get(character) ?? 0) + 1);
      count += 1;
    }
    before = character;
  }
  let bits = 0;
  for (const each of counts.values()) bits -= each * Math.log2(each / count);
  return bits;
}
