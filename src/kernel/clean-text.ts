/** No NUL (PostgreSQL cannot store it) and no lone surrogates (they are no text). */
export function isCleanText(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed();
}
