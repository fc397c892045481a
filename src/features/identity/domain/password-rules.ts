/** bcrypt reads no more bytes than these: a longer password would be cut off silently. */
const passwordBytesMax = 72;
const lengthMin = 8;

export type PasswordRefusal =
  | { readonly code: 'PASSWORD_SHORT'; readonly lengthMin: number }
  | { readonly code: 'PASSWORD_LONG'; readonly bytesMax: number }
  | { readonly code: 'PASSWORD_COMMON' };

/** One text for all ways to type it: composed and decomposed letters are the same (RFC 8265). */
export function normalizePassword(password: string): string {
  return password.normalize('NFC');
}

export function fitsHash(password: string): boolean {
  return Buffer.byteLength(password) <= passwordBytesMax;
}

/**
 * Why a new (normalised) password is refused, or null. Its letters and signs are free; it must only not be short, longer
 * than the hash can hold, or among the first that anybody would try: a list of common ones, the owner's own address or
 * name, one character repeated, a run such as `abcdefgh` or `87654321`.
 */
export function checkPassword(
  password: string,
  facts: { readonly email: string; readonly name?: string | null; readonly isCommon: (lower: string) => boolean },
): PasswordRefusal | null {
  if (!fitsHash(password)) return { code: 'PASSWORD_LONG', bytesMax: passwordBytesMax };
  if ([...password].length < lengthMin) return { code: 'PASSWORD_SHORT', lengthMin };
  const lower = password.toLowerCase();
  const own = [facts.email.toLowerCase(), facts.email.split('@')[0]!.toLowerCase(), facts.name?.toLowerCase()];
  if (own.includes(lower) || isRun(lower) || facts.isCommon(lower)) return { code: 'PASSWORD_COMMON' };
  return null;
}

/** Every character follows the one before by the same step: aaaaaaaa, abcdefgh, 87654321. */
function isRun(text: string): boolean {
  const step = text.charCodeAt(1) - text.charCodeAt(0);
  if (Math.abs(step) > 1) return false;
  for (let i = 2; i < text.length; i++) if (text.charCodeAt(i) - text.charCodeAt(i - 1) !== step) return false;
  return true;
}
