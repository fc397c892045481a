import { drawPoster, type PosterRequest, pictureSize } from '../../../kernel/poster.ts';
import { writePng } from '../../../platform/png/write-png.ts';
import { layOut, type Piece } from '../pdf/lay-out.ts';
import { type Canvas, createCanvas } from './canvas.ts';
import { createPen } from './outlines.ts';
import { type PosterPart, readPoster } from './poster-shapes.ts';

/** A wide poster is so high; what it is made of goes on beyond its right edge. */
const posterHeight = 500;
/** How wide its words may be, from where they begin. */
const wordsWidth = 352;
/** As the headline is set, in ems; of other scripts letters stand as they are. */
const tracking = -0.035;
/** Letters of fonts with an axis come out thin: they are laid on around themselves, by so much of their size. */
const thickening = 0.025;

type Words = Extract<PosterPart, { readonly text: string }>;

/** The poster of a show as a PNG for links that are shared: words left, drawing right. The same as everywhere, from the same drawing. */
export function drawPicture(poster: Omit<PosterRequest, 'form' | 'look'>): Buffer {
  const { width, height } = pictureSize;
  const canvas = createCanvas(width, height);
  const scale = height / posterHeight;
  for (const part of readPoster(drawPoster({ ...poster, form: 'wide' }), scale)) {
    if ('text' in part) setWords(canvas, part, wordsWidth * scale);
    else canvas.fill(part.outlines, part.colour, part.opacity);
  }
  return writePng({ width, height, kind: 'colours of eight bits' }, canvas.rows());
}

/** Sets a line with the fonts that are here: what is wider with them than the drawing thought is set smaller. */
function setWords(canvas: Canvas, words: Words, room: number): void {
  const line = layOut(words.text, { face: words.face, size: words.size }, Number.POSITIVE_INFINITY, 1).lines[0];
  if (!line) return;
  const widths = line.pieces.map((piece) => piece.width + trackingOf(piece, words) * [...piece.text].length);
  const width = widths.reduce((sum, each) => sum + each, 0);
  const shrunk = Math.min(1, room / width);
  let x = words.beginsAtRight ? words.x - width * shrunk : words.x;
  for (const [i, piece] of line.pieces.entries()) {
    drawPiece(canvas, piece, { ...words, x, size: words.size * shrunk });
    x += widths[i]! * shrunk;
  }
}

/** By how much letters of a piece stand closer, in pixels. */
function trackingOf({ font }: Piece, { face, size }: Pick<Words, 'face' | 'size'>): number {
  return face === 'display' && /^(?:bricolage|inter)/.test(font.name) ? tracking * size : 0;
}

function drawPiece(canvas: Canvas, piece: Piece, { x, base, size, face, colour }: Words): void {
  const { font, isDrawn } = piece.font;
  const scale = size / font.unitsPerEm;
  const apart = trackingOf(piece, { face, size });
  const around = isDrawn ? Array.from({ length: 12 }, (_, i) => (i * Math.PI) / 6) : [null];
  for (const angle of around) {
    const [dx, dy] =
      angle === null ? [0, 0] : [Math.cos(angle) * thickening * size, Math.sin(angle) * thickening * size];
    const { glyphs, positions } = font.layout(piece.text);
    let at = x + dx;
    const outlines = glyphs.flatMap((glyph, i) => {
      const { xOffset, yOffset, xAdvance } = positions[i]!;
      const [left, foot] = [at + xOffset * scale, base + dy - yOffset * scale];
      at += xAdvance * scale + apart;
      const pen = createPen((glyphX, glyphY) => [left + glyphX * scale, foot - glyphY * scale], scale);
      for (const { command, args } of glyph.path.commands) {
        const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
        if (command === 'moveTo') pen.move(a, b);
        else if (command === 'lineTo') pen.line(a, b);
        else if (command === 'quadraticCurveTo') pen.quadratic(a, b, c, d);
        else if (command === 'bezierCurveTo') pen.cubic(a, b, c, d, e, f);
      }
      return pen.outlines;
    });
    canvas.fill(outlines, colour);
  }
}
