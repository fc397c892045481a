/** A line that is closed by itself: x and y in turn, in pixels. */
export type Outline = readonly number[];

export type Colour = readonly [red: number, green: number, blue: number];

/**
 * A picture in memory that shapes are laid on, with soft edges. How much of each pixel a shape covers is summed up exactly from the areas
 * beside its edges (the method of Raph Levien's font-rs); outlines that turn the other way cut holes.
 */
export interface Canvas {
  /** Lays a shape of these outlines on what is there; `opacity` from 0 to 1. */
  fill(outlines: readonly Outline[], colour: Colour, opacity?: number): void;
  /** Red, green, blue of each pixel, from top to bottom. */
  rows(): Uint8Array[];
}

export function createCanvas(width: number, height: number): Canvas {
  const pixels = new Uint8Array(width * height * 3);
  // What lies at the right edge or beyond is noted in a column that nobody looks at, and may spill into one more.
  const stride = width + 2;
  const areas = new Float32Array(stride * height);
  let top = height;
  let bottom = 0;

  function addEdge(x0: number, y0: number, x1: number, y1: number): void {
    for (const bound of [0, width]) {
      if (x0 < bound === x1 < bound || x0 === bound || x1 === bound) continue;
      const y = y0 + ((bound - x0) * (y1 - y0)) / (x1 - x0);
      addEdge(x0, y0, bound, y);
      addEdge(bound, y, x1, y1);
      return;
    }
    const within = (x: number) => Math.min(width, Math.max(0, x));
    if (y0 < y1) addDown(within(x0), y0, within(x1), y1, 1);
    else if (y1 < y0) addDown(within(x1), y1, within(x0), y0, -1);
  }

  function addDown(x0: number, y0: number, x1: number, y1: number, turn: 1 | -1): void {
    const slope = (x1 - x0) / (y1 - y0);
    const from = Math.max(0, Math.floor(y0));
    const to = Math.min(height, Math.ceil(y1));
    top = Math.min(top, from);
    bottom = Math.max(bottom, to);
    let x = y0 < 0 ? x0 - y0 * slope : x0;
    for (let y = from; y < to; y++) {
      const high = Math.min(y + 1, y1) - Math.max(y, y0);
      const next = x + slope * high;
      addInRow(y * stride, Math.min(x, next), Math.max(x, next), high * turn);
      x = next;
    }
  }

  /** An edge within a row, from x0 to x1: the area right of it in the pixels that it crosses, and all of the pixels beyond. */
  function addInRow(row: number, x0: number, x1: number, height: number): void {
    const first = Math.floor(x0);
    const last = Math.ceil(x1);
    if (last <= first + 1) {
      const left = height * (0.5 * (x0 + x1) - first);
      areas[row + first]! += height - left;
      areas[row + first + 1]! += left;
      return;
    }
    const perPixel = height / (x1 - x0);
    // Up to the right end of each pixel: how much of the edge lies before it, and how much area that leaves right of it.
    let before = 0;
    for (let pixel = first; pixel < last; pixel++) {
      const [from, to] = [Math.max(x0, pixel), Math.min(x1, pixel + 1)];
      const part = (to - from) * perPixel;
      const covered = part * (pixel + 1 - 0.5 * (from + to));
      areas[row + pixel]! += covered + before;
      before = part - covered;
    }
    areas[row + last]! += before;
  }

  return {
    fill(outlines, [red, green, blue], opacity = 1) {
      for (const outline of outlines) {
        let [x, y] = [outline.at(-2)!, outline.at(-1)!];
        for (let i = 0; i < outline.length; i += 2) {
          addEdge(x, y, outline[i]!, outline[i + 1]!);
          [x, y] = [outline[i]!, outline[i + 1]!];
        }
      }
      for (let row = top; row < bottom; row++) {
        let sum = 0;
        for (let column = 0; column < width; column++) {
          sum += areas[row * stride + column]!;
          const share = Math.min(1, Math.abs(sum)) * opacity;
          if (share < 1 / 512) continue;
          const at = (row * width + column) * 3;
          pixels[at] = pixels[at]! + Math.round((red - pixels[at]!) * share);
          pixels[at + 1] = pixels[at + 1]! + Math.round((green - pixels[at + 1]!) * share);
          pixels[at + 2] = pixels[at + 2]! + Math.round((blue - pixels[at + 2]!) * share);
        }
      }
      if (top < bottom) areas.fill(0, top * stride, bottom * stride);
      [top, bottom] = [height, 0];
    },
    rows: () => Array.from({ length: height }, (_, row) => pixels.subarray(row * width * 3, (row + 1) * width * 3)),
  };
}
