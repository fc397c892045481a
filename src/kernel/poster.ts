import { escapeHtml } from './html.ts';
import { ownMember } from './own-member.ts';
import { type DrawingName, drawings, type Numbers, palettes } from './poster-drawings.ts';
import { setWords, textWidth } from './poster-words.ts';

/** Which drawings suit a type of show (schema.org's names, as events carry them). */
const suiting: Readonly<Record<string, readonly DrawingName[]>> = {
  MusicEvent: ['tide', 'rings', 'bars', 'dots'],
  TheaterEvent: ['slices', 'beams', 'quarters'],
  DanceEvent: ['rings', 'bars', 'beams', 'dots'],
  ComedyEvent: ['quarters', 'slices', 'dots'],
  SportsEvent: ['bars', 'beams', 'quarters'],
  Festival: ['hills', 'tide'],
  ChildrensEvent: ['hills', 'quarters', 'dots'],
};
const anyDrawing = Object.keys(drawings) as DrawingName[];

export interface PosterRequest {
  readonly title: string;
  /** The type of the event: `MusicEvent`. */
  readonly type?: string;
  /** A line beneath the title: date and venue. */
  readonly note?: string;
  /** `plain`: without words, for what is small. `wide`: words left, drawing right. */
  readonly form?: 'tall' | 'wide' | 'plain';
  /** Another picture for the same title: 0 unless somebody asked for another look. */
  readonly look?: number;
}

/** Of a poster in links that are shared, in pixels: what Open Graph's readers expect. */
export const pictureSize = { width: 1_200, height: 630 } as const;

const salt = '384050';

/**
 * The poster of a show that has no picture, as SVG: the same title always gives the same one, here and in the browser. FNV-1a of
 * the title (NFC, lower case) seeds mulberry32; its first number chooses the colours, the second one of the drawings that suit
 * the type of show, and the drawing takes the rest. It has no style of its own: `poster-words` and `poster-note` are classes of
 * `web/parts/poster`.
 */
export function drawPoster({ title, type = '', note = '', form = 'tall', look = 0 }: PosterRequest): string {
  const next = mulberry32(fnv1a((look === 0 ? salt : `${salt}${look}`) + title));
  const palette = palettes[Math.floor(next() * palettes.length)]!;
  const [ground, ink] = palette;
  const suited = ownMember(suiting, type) ?? anyDrawing;
  const art = drawings[suited[Math.floor(next() * suited.length)]!](next, palette);
  const words = form === 'plain' ? null : setWords(title, form === 'wide' ? wideRoom : tallRoom);
  const box = form === 'wide' ? '0 0 800 500' : '0 0 400 500';
  const back = `<rect x="-400" y="-400" width="1800" height="1400" fill="${ground}"/>`;
  return `<svg viewBox="${box}" preserveAspectRatio="xMidYMid slice" aria-hidden="true">${back}${body()}</svg>`;

  function body(): string {
    if (form === 'wide') {
      const shield = words === null ? '' : `<rect width="400" height="500" fill="${ground}"/>`;
      const moved = `<g transform="translate(330 -52) scale(1.4)">${art}</g>`;
      return moved + shield + lines(40, note ? 424 : 452) + under(42, 460, 17, 350);
    }
    if (words === null) return `<g transform="translate(-50 20) scale(1.25)">${art}</g>`;
    const bottom = note ? 452 : 474;
    const top = bottom - words.lines.length * words.size * 0.9 - 20;
    return `${art}<rect y="${top.toFixed(1)}" width="400" height="400" fill="${ground}"/>${lines(24, bottom)}${under(25, 480, 15, 352)}`;
  }

  function lines(x: number, bottom: number): string {
    if (words === null) return '';
    const { size, isRightToLeft } = words;
    const way = isRightToLeft ? ` direction="rtl" x="${x + 352}"` : ` x="${x}"`;
    const set = words.lines.map((line, i) => {
      const y = bottom - (words.lines.length - 1 - i) * size * 0.9;
      return `<text${way} y="${y.toFixed(1)}">${escapeHtml(line)}</text>`;
    });
    return `<g class="poster-words" font-size="${size.toFixed(1)}" fill="${ink}">${set.join('')}</g>`;
  }

  function under(x: number, y: number, size: number, room: number): string {
    if (!note || words === null) return '';
    const fitting = Math.min(size, room / Math.max(1, textWidth(note)));
    return `<text class="poster-note" x="${x}" y="${y}" font-size="${fitting.toFixed(1)}" fill="${ink}">${escapeHtml(note)}</text>`;
  }
}

const tallRoom = { width: 352, height: 170, sizeMax: 74 };
const wideRoom = { width: 350, height: 250, sizeMax: 92 };

/** Fowler, Noll and Vo's hash, 32 bit, over the code points of the normalised text. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const letter of text.normalize('NFC').toLowerCase()) {
    hash ^= letter.codePointAt(0)!;
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Tommy Ettinger's mulberry32. */
function mulberry32(seed: number): Numbers {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
