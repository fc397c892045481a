import type { Colour, Outline } from './canvas.ts';
import { createPen, drawPath } from './outlines.ts';

/** What a poster shows, in the order in which it is laid on: shapes in pixels, and lines of words where they stand. */
export type PosterPart =
  | { readonly outlines: readonly Outline[]; readonly colour: Colour; readonly opacity: number }
  | {
      readonly text: string;
      readonly face: 'display' | 'strong';
      /** Pixels. */
      readonly size: number;
      /** Where it begins: its left end, or its right one. */
      readonly x: number;
      readonly beginsAtRight: boolean;
      readonly base: number;
      readonly colour: Colour;
    };

type Attributes = Readonly<Record<string, string | undefined>>;

interface Group {
  /** Of everything in it: moved after it was made larger. */
  readonly dx: number;
  readonly dy: number;
  readonly scale: number;
  readonly attributes: Attributes;
}

/**
 * Reads a poster that `drawPoster` has written, at so many pixels a unit. It knows what posters are made of and nothing else of SVG:
 * throws at anything else, so that a new drawing is not left out without a word.
 */
export function readPoster(svg: string, pixels: number): PosterPart[] {
  const parts: PosterPart[] = [];
  const groups: Group[] = [{ dx: 0, dy: 0, scale: pixels, attributes: {} }];
  for (const [, ends, name = '', head = '', content = ''] of svg.matchAll(/<(\/?)(\w+)([^>]*)>([^<]*)/g)) {
    const group = groups.at(-1)!;
    if (ends) {
      if (name === 'g') groups.pop();
      continue;
    }
    const own = readAttributes(head);
    const has: Attributes = { ...group.attributes, ...own };
    if (name === 'g') groups.push(readGroup(group, own));
    else if (name === 'text') parts.push(readText(group, has, unescapeHtml(content)));
    else if (name !== 'svg') parts.push(readShape(group, name, has));
  }
  return parts;
}

function readAttributes(head: string): Attributes {
  return Object.fromEntries([...head.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
}

function readGroup({ dx, dy, scale, attributes }: Group, { transform, ...own }: Attributes): Group {
  const inherited = { ...attributes, ...own };
  if (transform === undefined) return { dx, dy, scale, attributes: inherited };
  const found = /^translate\((-?[\d.]+) (-?[\d.]+)\) scale\(([\d.]+)\)$/.exec(transform);
  if (!found) throw new Error(`A poster is transformed by ${transform}, which is not drawn`);
  const [x, y, by] = found.slice(1).map(Number) as [number, number, number];
  return { dx: dx + x * scale, dy: dy + y * scale, scale: scale * by, attributes: inherited };
}

function readShape({ dx, dy, scale }: Group, name: string, has: Attributes): PosterPart {
  const number = (attribute: string, otherwise = 0) => Number(has[attribute] ?? otherwise);
  const pen = createPen((x, y) => [x * scale + dx, y * scale + dy], scale);
  const isLine = has.stroke !== undefined;
  const half = number('stroke-width', 1) / 2;
  if (name === 'rect') pen.rectangle(number('x'), number('y'), number('width'), number('height'), number('rx'));
  else if (name === 'circle') {
    pen.circle(number('cx'), number('cy'), number('r') + (isLine ? half : 0));
    if (isLine) pen.circle(number('cx'), number('cy'), number('r') - half, -1);
  } else if (name === 'path' && isLine) {
    const dot = /^M(-?[\d.]+) (-?[\d.]+)h0$/.exec(has.d ?? '');
    if (!dot || has['stroke-linecap'] !== 'round') throw new Error('A poster has a line that is not drawn');
    pen.circle(Number(dot[1]), Number(dot[2]), half);
  } else if (name === 'path') drawPath(pen, has.d ?? '');
  else throw new Error(`A poster has a ${name}, which is not drawn`);
  const colour = readColour(isLine ? has.stroke : has.fill);
  return { outlines: pen.outlines, colour, opacity: number('opacity', 1) };
}

function readText({ dx, dy, scale }: Group, has: Attributes, text: string): PosterPart {
  return {
    text,
    face: has.class === 'poster-words' ? 'display' : 'strong',
    size: Number(has['font-size']) * scale,
    x: Number(has.x) * scale + dx,
    beginsAtRight: has.direction === 'rtl',
    base: Number(has.y) * scale + dy,
    colour: readColour(has.fill),
  };
}

function readColour(hex = ''): Colour {
  const found = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/.exec(hex);
  if (!found) throw new Error(`A poster has the colour ${hex}, which is not drawn`);
  return found.slice(1).map((part) => Number.parseInt(part, 16)) as [number, number, number];
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function unescapeHtml(text: string): string {
  return text.replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => entities[name]!);
}
