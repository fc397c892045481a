import { type Box, grow, meets } from './box.ts';
import type { Hall } from './hall.ts';
import { detailOf, type GroundLook, paintGround } from './paint-ground.ts';
import { type SeatPainter, squareOf } from './paint-seats.ts';

/** Device pixels of a tile's side. */
export const tileSize = 512;

interface Tile {
  readonly canvas: HTMLCanvasElement;
  readonly power: number;
  readonly box: Box;
  usedAt: number;
}

/** Pictures of the hall, cut into squares, at scales that are powers of two: what is moved while the view moves. */
export interface Tiles {
  /** Which power has at least the sharpness of a scale (device pixels a unit). */
  powerFor(scale: number): number;
  /** Draws what there is of a power; `placing` maps the plan to the context's pixels. */
  draw(
    context: CanvasRenderingContext2D,
    power: number,
    shown: Box,
    placing: { scale: number; x: number; y: number },
  ): void;
  /** Makes one tile that is missing of those powers, nearest first. False: there is nothing to make. */
  makeOne(wanted: readonly { readonly power: number; readonly box: Box }[]): boolean;
  /** Draws a seat's square anew wherever it is kept. */
  redraw(seats: readonly number[]): void;
  clear(): void;
}

export function createTiles(parts: {
  readonly hall: Hall;
  readonly look: () => GroundLook;
  readonly painter: () => SeatPainter;
  readonly ratio: () => number;
  readonly tilesMax: number;
}): Tiles {
  const { hall, tilesMax } = parts;
  const tiles = new Map<string, Tile>();
  const whole = grow(hall.box, hall.pitch * 3);
  let clock = 0;
  /** Canvases of tiles that are gone: new ones would each be a megabyte for the garbage collector, in the middle of a move. */
  const spare: HTMLCanvasElement[] = [];
  const glance = document.createElement('canvas').getContext('2d')!;

  /** Columns and rows of the grid of a power that a box touches. */
  function* cells(power: number, box: Box): Iterable<readonly [column: number, row: number]> {
    const side = tileSize / 2 ** power;
    const within = {
      minX: Math.max(box.minX, whole.minX),
      minY: Math.max(box.minY, whole.minY),
      maxX: Math.min(box.maxX, whole.maxX),
      maxY: Math.min(box.maxY, whole.maxY),
    };
    for (let row = Math.floor(within.minY / side); row * side <= within.maxY; row++)
      for (let column = Math.floor(within.minX / side); column * side <= within.maxX; column++) yield [column, row];
  }

  function make(power: number, column: number, row: number): void {
    const scale = 2 ** power;
    const side = tileSize / scale;
    if (tiles.size >= tilesMax) dropOldest();
    const canvas = spare.pop() ?? newCanvas();
    const box = { minX: column * side, minY: row * side, maxX: (column + 1) * side, maxY: (row + 1) * side };
    paint(canvas.getContext('2d', { alpha: false })!, power, box, box);
    // Drawn for real only when somebody looks at it: here, where there is time.
    glance.drawImage(canvas, 0, 0, 1, 1);
    tiles.set(keyOf(power, column, row), { canvas, power, box, usedAt: ++clock });
  }

  function newCanvas(): HTMLCanvasElement {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [tileSize, tileSize];
    return canvas;
  }

  function dropOldest(): void {
    const [key, { canvas }] = [...tiles].reduce((least, one) => (one[1].usedAt < least[1].usedAt ? one : least));
    tiles.delete(key);
    spare.push(canvas);
  }

  /** Draws `part` of the tile whose box is `box`. */
  function paint(context: CanvasRenderingContext2D, power: number, box: Box, part: Box): void {
    const scale = 2 ** power;
    const placing = { scale, x: -box.minX * scale, y: -box.minY * scale };
    const look = parts.look();
    const level = detailOf(hall, scale, parts.ratio());
    context.fillStyle = look.palette.ground;
    context.fillRect(
      (part.minX - box.minX) * scale,
      (part.minY - box.minY) * scale,
      (part.maxX - part.minX) * scale,
      (part.maxY - part.minY) * scale,
    );
    paintGround(context, look, level, placing, part, parts.ratio());
    parts.painter().seats(context, hall.seatsIn(grow(part, hall.pitch * 0.6)), level, placing);
  }

  return {
    powerFor: (scale) => Math.ceil(Math.log2(scale) - 0.25),
    draw(context, power, shown, { scale, x, y }) {
      const factor = scale / 2 ** power;
      for (const [column, row] of cells(power, shown)) {
        const tile = tiles.get(keyOf(power, column, row));
        if (!tile) continue;
        tile.usedAt = ++clock;
        const side = tileSize * factor;
        // Whole pixels, so that no seams show.
        const [left, top] = [Math.round(column * side + x), Math.round(row * side + y)];
        context.drawImage(
          tile.canvas,
          left,
          top,
          Math.round((column + 1) * side + x) - left,
          Math.round((row + 1) * side + y) - top,
        );
      }
    },
    makeOne(wanted) {
      for (const { power, box } of wanted) {
        let nearest: readonly [number, number] | null = null;
        let least = Number.POSITIVE_INFINITY;
        const side = tileSize / 2 ** power;
        for (const [column, row] of cells(power, box)) {
          if (tiles.has(keyOf(power, column, row))) continue;
          const away = Math.hypot(
            (column + 0.5) * side - (box.minX + box.maxX) / 2,
            (row + 0.5) * side - (box.minY + box.maxY) / 2,
          );
          if (away < least) [nearest, least] = [[column, row], away];
        }
        if (nearest) {
          make(power, ...nearest);
          return true;
        }
      }
      return false;
    },
    redraw(seats) {
      for (const seat of seats) {
        const square = squareOf(hall, seat);
        for (const { canvas, power, box } of tiles.values()) {
          if (!meets(box, square)) continue;
          const scale = 2 ** power;
          const context = canvas.getContext('2d', { alpha: false })!;
          context.save();
          context.beginPath();
          const [left, top] = [
            Math.floor((square.minX - box.minX) * scale),
            Math.floor((square.minY - box.minY) * scale),
          ];
          const side = Math.ceil((square.maxX - square.minX) * scale) + 1;
          context.rect(left, top, side, side);
          context.clip();
          paint(context, power, box, square);
          context.restore();
        }
      }
    },
    clear() {
      for (const { canvas } of tiles.values()) spare.push(canvas);
      tiles.clear();
    },
  };
}

function keyOf(power: number, column: number, row: number): string {
  return `${power} ${column} ${row}`;
}
