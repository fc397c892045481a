import { contrast, mix, parseColour, type Rgb, standOut, toHex } from './colours.ts';
import { themeNow } from './theme.ts';

/** How a category looks. */
export interface CategoryColours {
  readonly fill: string;
  /** Of numbers and signs upon it. */
  readonly on: string;
  /** Of a section with few seats left. */
  readonly pale: string;
  readonly onPale: string;
}

/** The colours that a map is drawn with, as the theme has them now. */
export interface Palette {
  readonly ground: string;
  readonly block: string;
  readonly blockLine: string;
  readonly stage: string;
  readonly onStage: string;
  readonly gone: string;
  readonly held: string;
  readonly chosen: string;
  readonly onChosen: string;
  readonly halo: string;
  readonly focus: string;
  readonly ink: string;
  readonly faint: string;
  readonly font: string;
  readonly categories: readonly CategoryColours[];
}

const ownColours = 8;

/** What decides a category's colour: the plan's own, else its rank by price, dearest first. */
export interface CategoryLook {
  readonly colour: string | null;
  readonly rank: number;
}

const palettes = new Map<string, Palette>();

/**
 * The tokens as they are now, read once for each theme. Under forced colours the system's take their place, and shapes say the
 * rest.
 */
export function readPalette(categories: readonly CategoryLook[]): Palette {
  const key = `${themeNow()}|${categories.map(({ colour, rank }) => `${colour} ${rank}`)}`;
  let palette = palettes.get(key);
  if (!palette) {
    palette = computePalette(categories);
    if (palettes.size >= palettesMax) palettes.clear();
    palettes.set(key, palette);
  }
  return palette;
}

/** Two of a hall in each theme, with and without its standing places. */
const palettesMax = 8;

function computePalette(categories: readonly CategoryLook[]): Palette {
  const style = getComputedStyle(document.documentElement);
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const font = token('font-ui') || 'sans-serif';
  if (matchMedia('(forced-colors: active)').matches)
    return { ...forced, font, categories: categories.map(() => plain) };
  const block = parseColour(token('map-block')) ?? [1, 1, 1];
  const ink = parseColour(token('ink')) ?? [0, 0, 0];
  return {
    ground: token('map-bg'),
    block: token('map-block'),
    blockLine: token('map-block-line'),
    stage: token('map-stage'),
    onStage: token('map-on-stage'),
    gone: token('seat-gone'),
    held: token('seat-held'),
    chosen: token('seat-chosen'),
    onChosen: token('seat-on-chosen'),
    halo: token('seat-halo'),
    focus: token('focus'),
    ink: token('ink'),
    faint: token('ink-3'),
    font,
    categories: categories.map((look) => coloursOf(look, (name) => parseColour(token(name)), block, ink)),
  };
}

function coloursOf(
  { colour, rank }: CategoryLook,
  token: (name: string) => Rgb | null,
  block: Rgb,
  ink: Rgb,
): CategoryColours {
  const own = colour === null ? null : parseColour(colour);
  const fill = own ? standOut(own, block) : (token(`cat-${Math.min(ownColours, rank + 1)}`) ?? ink);
  const pale = mix(fill, block, 0.38);
  const readable = (ground: Rgb) => toHex(contrast(block, ground) >= contrast(ink, ground) ? block : ink);
  return { fill: toHex(fill), on: readable(fill), pale: toHex(pale), onPale: readable(pale) };
}

const plain: CategoryColours = { fill: 'CanvasText', on: 'Canvas', pale: 'Canvas', onPale: 'CanvasText' };
const forced = {
  ground: 'Canvas',
  block: 'Canvas',
  blockLine: 'CanvasText',
  stage: 'CanvasText',
  onStage: 'Canvas',
  gone: 'GrayText',
  held: 'GrayText',
  chosen: 'Highlight',
  onChosen: 'HighlightText',
  halo: 'CanvasText',
  focus: 'Highlight',
  ink: 'CanvasText',
  faint: 'CanvasText',
};
