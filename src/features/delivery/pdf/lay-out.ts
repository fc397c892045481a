import bidiFactory from 'bidi-js';
import { type Face, fontFor, type ScriptFont } from './fonts.ts';

const bidi = bidiFactory();
/** What is shown for a letter that no font has: the page then says so. */
const missing = '?';
/** Shaping a word takes fontkit a millisecond or two: widths of so many are remembered, in ems. */
const rememberedMax = 5_000;
const remembered = new Map<string, number>();
const ellipsis = '…';

/** How a text is to be set. */
export interface Style {
  readonly face: Face;
  readonly size: number;
}

/** A piece of a word that one font sets in one direction; widths in points. */
export interface Piece {
  readonly text: string;
  readonly font: ScriptFont;
  readonly width: number;
  readonly level: number;
}

export interface Line {
  /** From left to right. */
  readonly pieces: readonly Piece[];
  readonly width: number;
  /** It begins at the right. */
  readonly isRightToLeft: boolean;
}

export interface LaidOut {
  readonly lines: readonly Line[];
  /** Something in it could not be set. */
  readonly hasGaps: boolean;
}

/** Sets a text in lines no wider than `width`; what goes beyond `linesMax` is cut, with an ellipsis. */
export function layOut(text: string, style: Style, width: number, linesMax: number): LaidOut {
  const { clean, hasGaps } = printable(text, style.face);
  const { levels, paragraphs } = bidi.getEmbeddingLevels(clean, 'auto');
  const base = paragraphs[0]?.level ?? 0;
  const words = breakable(toPieces(clean, levels, style), width);
  const lines: Piece[][] = [[]];
  for (const word of words) {
    const line = lines.at(-1)!;
    const isSpace = word.length === 1 && word[0]!.text === ' ';
    if (isSpace && line.length === 0) continue;
    if (line.length === 0 || isSpace || widthOf(line) + widthOf(word) <= width) line.push(...word);
    else lines.push([...word]);
  }
  const shown = lines.slice(0, linesMax).map(withoutLastSpace);
  if (lines.length > linesMax) shown[linesMax - 1] = cut(shown[linesMax - 1]!, style, width);
  return {
    lines: shown.map((pieces) => ({
      pieces: inVisualOrder(pieces),
      width: widthOf(pieces),
      isRightToLeft: base % 2 === 1,
    })),
    hasGaps,
  };
}

/** A text of letters that a font has: pictures of emoji are left out, other letters without a font are marked. */
function printable(text: string, face: Face): { clean: string; hasGaps: boolean } {
  let hasGaps = false;
  const clean = [...text.normalize('NFC').replaceAll(/\s+/g, ' ').trim()]
    .map((letter) => {
      const point = letter.codePointAt(0)!;
      // Joiners and marks of direction have no shape; they are for those who lay out.
      if (/[\p{Cf}\p{Cc}]|\p{Variation_Selector}/u.test(letter))
        return point === 0x200c || point === 0x200d ? letter : '';
      if (fontFor(face, point)) return letter;
      hasGaps = true;
      return /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}]/u.test(letter) ? '' : missing;
    })
    .join('');
  return { clean, hasGaps };
}

/** Pieces of one font, direction and word. */
function toPieces(text: string, levels: Uint8Array, { face, size }: Style): Piece[] {
  const runs: { text: string; font: ScriptFont; level: number }[] = [];
  let index = 0;
  for (const letter of text) {
    const level = levels[index] ?? 0;
    index += letter.length;
    const last = runs.at(-1);
    const isMark = /[\p{M}\u{200C}\u{200D}]/u.test(letter);
    const mirrored = level % 2 === 1 ? (bidi.getMirroredCharacter(letter) ?? letter) : letter;
    const own = isMark && last ? last.font : fontFor(face, letter.codePointAt(0)!)!;
    const font =
      isMark && last && !last.font.font.hasGlyphForCodePoint(letter.codePointAt(0)!)
        ? (fontFor(face, letter.codePointAt(0)!) ?? own)
        : own;
    const isApart =
      letter === ' ' || last?.text === ' ' || isIdeograph(letter) || (last && isIdeograph([...last.text].at(-1)!));
    if (last && !isApart && last.font === font && last.level === level) last.text += mirrored;
    else runs.push({ text: mirrored, font, level });
  }
  return runs.map((run) => ({ ...run, width: measure(run.text, run.font, size) }));
}

/** What belongs together on a line: a word, a space, an ideograph. A word wider than a line is torn where it must be. */
function breakable(pieces: readonly Piece[], width: number): Piece[][] {
  const words: Piece[][] = [];
  for (const piece of pieces) {
    const last = words.at(-1);
    const joins =
      last &&
      piece.text !== ' ' &&
      last[0]!.text !== ' ' &&
      !isIdeograph(piece.text) &&
      !isIdeograph(last.at(-1)!.text);
    if (joins) last.push(piece);
    else words.push([piece]);
  }
  return words.flatMap((word) => (widthOf(word) <= width ? [word] : word.flatMap((piece) => torn(piece, width))));
}

function torn(piece: Piece, width: number): Piece[][] {
  const letters = [...new Intl.Segmenter().segment(piece.text)].map(({ segment }) => segment);
  const share = Math.max(1, Math.floor((letters.length * width) / Math.max(piece.width, 1)));
  if (letters.length <= share) return [[piece]];
  const scale = piece.width / letters.length;
  const parts: Piece[][] = [];
  for (let i = 0; i < letters.length; i += share) {
    const part = letters.slice(i, i + share);
    parts.push([{ ...piece, text: part.join(''), width: part.length * scale }]);
  }
  return parts;
}

function cut(pieces: readonly Piece[], style: Style, width: number): Piece[] {
  const font = fontFor(style.face, ellipsis.codePointAt(0)!)!;
  const dots = { text: ellipsis, font, level: pieces.at(-1)?.level ?? 0, width: measure(ellipsis, font, style.size) };
  const kept = [...pieces];
  while (kept.length > 1 && widthOf(kept) + dots.width > width) kept.pop();
  return [...withoutLastSpace(kept), dots];
}

function withoutLastSpace(pieces: readonly Piece[]): Piece[] {
  return pieces.at(-1)?.text === ' ' ? pieces.slice(0, -1) : [...pieces];
}

/** UAX #9, rule L2: from the highest level to the lowest odd one, every run of that level or higher is turned round. */
function inVisualOrder(pieces: readonly Piece[]): Piece[] {
  const ordered = [...pieces];
  const highest = Math.max(0, ...pieces.map(({ level }) => level));
  for (let level = highest; level > 0; level--) {
    for (let from = 0; from < ordered.length; from++) {
      if (ordered[from]!.level < level) continue;
      let to = from;
      while (to < ordered.length && ordered[to]!.level >= level) to++;
      ordered.splice(from, to - from, ...ordered.slice(from, to).reverse());
      from = to;
    }
  }
  return ordered;
}

function measure(text: string, { name, font }: ScriptFont, size: number): number {
  const key = `${name} ${text}`;
  const width = remembered.get(key) ?? font.layout(text).advanceWidth / font.unitsPerEm;
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(key, width);
  return width * size;
}

function widthOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, { width }) => sum + width, 0);
}

function isIdeograph(letter: string): boolean {
  return /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(letter);
}
