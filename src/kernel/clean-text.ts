/** No NUL (PostgreSQL cannot store it) and no lone surrogates (they are no text). */
export function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}

/** Line breaks (also Unicode's), control characters, and those that turn the direction of what follows. */
const notOnOneLine = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
const stretches = new RegExp(
  `(?:${notOnOneLine.source}|\\s)*${notOnOneLine.source}(?:${notOnOneLine.source}|\\s)*`,
  'gu',
);

/** Clean text that stays on its line. */
export function isOneLine(text: string): boolean {
  return !notOnOneLine.test(text) && text.isWellFormed();
}

/** Text on one line, whatever was written: for what was taken before one line was asked for. */
export function toOneLine(text: string): string {
  return notOnOneLine.test(text) ? text.replace(stretches, ' ').trim() : text;
}
