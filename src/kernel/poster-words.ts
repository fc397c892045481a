/**
 * Advance widths of the display font (Bricolage Grotesque, weight 750) for the characters 32 to 126, in hundredths of its size, as
 * a browser measured them: the server has no font to ask, and both must set the same lines.
 */
const widths =
  '23 30 37 63 64 98 75 18 32 32 45 53 20 36 24 36 67 35 61 61 63 61 66 51 66 65 25 23 53 53 53 42 99 70 69 68 70 63 60 72 73 30 38 69 51 95 78 72 65 72 68 65 57 73 68 99 71 65 57 33 36 32 58 55 28 59 64 57 64 58 40 60 64 28 28 60 28 95 64 61 64 64 44 55 40 63 58 87 58 60 53 35 27 34 53'
    .split(' ')
    .map(Number);
/** Of letters beyond ASCII whose font is not known; CJK and emoji are as wide as they are high. */
const otherWidth = 0.68;
const squareWidth = 1.02;
const squares = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f000}-\u{1faff}]/u;
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Set tighter than the font says, as the headline is. */
const tracking = -0.035;
const linesMax = 4;

/** How wide a text is, in units of its size. */
export function textWidth(text: string): number {
  let width = 0;
  // Accents have no width of their own.
  for (const letter of text.normalize('NFD').replace(/\p{Mn}/gu, '')) {
    const code = letter.codePointAt(0)!;
    if (code >= 32 && code < 127) width += widths[code - 32]! / 100;
    else width += squares.test(letter) ? squareWidth : otherWidth;
    width += tracking;
  }
  return width;
}

export interface SetWords {
  readonly lines: readonly string[];
  readonly size: number;
  readonly isRightToLeft: boolean;
}

/**
 * Breaks a title at its words into at most four lines and finds the size at which they fill a room; null if there is nothing to
 * set. What does not fit in four lines ends in an ellipsis.
 */
export function setWords(
  title: string,
  room: { readonly width: number; readonly height: number; readonly sizeMax: number },
): SetWords | null {
  const words = title.trim().split(/\s+/).filter(Boolean);
  if (words.length === 0) return null;
  const longest = Math.max(...words.map((word) => word.length));
  const perLine = Math.max(longest, Math.min(13, Math.ceil(title.length / 2.2)), Math.ceil(title.length / 3.4));
  const lines: string[] = [];
  for (const word of words) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= perLine) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  const kept = lines.slice(0, linesMax);
  if (lines.length > linesMax) kept[linesMax - 1] += '…';
  const widest = Math.max(...kept.map(textWidth), 0.1);
  const size = Math.min(room.sizeMax, room.width / widest, room.height / kept.length);
  return { lines: kept, size, isRightToLeft: rightToLeft.test(title) };
}
