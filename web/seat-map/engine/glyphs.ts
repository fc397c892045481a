/** Words on a canvas, each drawn once: copying a small picture is cheaper than setting a word anew for each seat. */
export interface Glyphs {
  /** Makes the pictures of words that are to be drawn: between drawing and making a sheet would be copied each time. */
  prepare(words: Iterable<string>): void;
  /** Draws a word with its middle at a point, in device pixels. */
  draw(context: Context, word: string, x: number, y: number): void;
}

export type Context = CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;

const sheetSize = 512;

/** Words of one size (device pixels) and colour. */
export function createGlyphs(font: string, size: number, colour: string): Glyphs {
  const height = Math.ceil(size * 1.4);
  const cells = new Map<string, { sheet: HTMLCanvasElement; x: number; y: number; width: number }>();
  let sheet: HTMLCanvasElement | null = null;
  let pen: CanvasRenderingContext2D | null = null;
  let [nextX, nextY] = [0, 0];

  function newSheet(): void {
    sheet = document.createElement('canvas');
    [sheet.width, sheet.height] = [sheetSize, sheetSize];
    pen = sheet.getContext('2d')!;
    pen.font = `600 ${size}px ${font}`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    pen.fillStyle = colour;
    [nextX, nextY] = [0, 0];
  }

  function cellOf(word: string) {
    const known = cells.get(word);
    if (known) return known;
    if (!pen) newSheet();
    const width = Math.min(sheetSize, Math.ceil(pen!.measureText(word).width) + 2);
    if (nextX + width > sheetSize) [nextX, nextY] = [0, nextY + height];
    if (nextY + height > sheetSize) newSheet();
    pen!.fillText(word, nextX + width / 2, nextY + height / 2 + size * 0.04);
    const cell = { sheet: sheet!, x: nextX, y: nextY, width };
    nextX += width;
    cells.set(word, cell);
    return cell;
  }

  return {
    prepare(words) {
      for (const word of words) cellOf(word);
    },
    draw(context, word, x, y) {
      const cell = cellOf(word);
      context.drawImage(
        cell.sheet,
        cell.x,
        cell.y,
        cell.width,
        height,
        Math.round(x - cell.width / 2),
        Math.round(y - height / 2),
        cell.width,
        height,
      );
    },
  };
}
