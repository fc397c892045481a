import type { Outline } from './canvas.ts';

/** How far, in pixels, a line of short straight pieces may lie beside the curve that it stands for. */
const tolerance = 0.08;

/** Points as they are drawn with, in pixels. */
export type Place = (x: number, y: number) => readonly [x: number, y: number];

/** Collects outlines out of lines and curves. Coordinates are those of the drawing; `place` says where they lie, `scale` how much larger. */
export function createPen(place: Place, scale: number) {
  const outlines: number[][] = [];
  let [x, y] = [0, 0];
  const add = (toX: number, toY: number) => {
    [x, y] = [toX, toY];
    outlines.at(-1)!.push(...place(x, y));
  };
  const pen = {
    outlines: outlines as readonly Outline[],
    at: () => [x, y] as const,
    move(toX: number, toY: number) {
      outlines.push([]);
      add(toX, toY);
    },
    line: add,
    /** A quadratic curve. The deviation of n pieces is that of one divided by n². */
    quadratic(x1: number, y1: number, x2: number, y2: number) {
      const [x0, y0] = [x, y];
      const pieces = piecesFor((Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2) * scale) / 4);
      for (let i = 1; i <= pieces; i++) {
        const [t, u] = [i / pieces, 1 - i / pieces];
        add(u * u * x0 + 2 * u * t * x1 + t * t * x2, u * u * y0 + 2 * u * t * y1 + t * t * y2);
      }
    },
    cubic(x1: number, y1: number, x2: number, y2: number, x3: number, y3: number) {
      const [x0, y0] = [x, y];
      const bend = Math.max(
        Math.hypot(x0 - 2 * x1 + x2, y0 - 2 * y1 + y2),
        Math.hypot(x1 - 2 * x2 + x3, y1 - 2 * y2 + y3),
      );
      const pieces = piecesFor(bend * scale * 0.75);
      for (let i = 1; i <= pieces; i++) {
        const [t, u] = [i / pieces, 1 - i / pieces];
        const [a, b, c, d] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
        add(a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3);
      }
    },
    /** A piece of a circle, from one angle to another. */
    turn(centreX: number, centreY: number, radius: number, from: number, to: number) {
      const step = 2 * Math.acos(Math.max(0, 1 - tolerance / Math.max(radius * scale, tolerance)));
      const pieces = Math.max(1, Math.ceil(Math.abs(to - from) / step));
      for (let i = 1; i <= pieces; i++) {
        const angle = from + ((to - from) * i) / pieces;
        add(centreX + radius * Math.cos(angle), centreY + radius * Math.sin(angle));
      }
    },
    /** A whole circle; `turns` backwards cuts a hole. */
    circle(centreX: number, centreY: number, radius: number, turns: 1 | -1 = 1) {
      if (radius <= 0) return;
      pen.move(centreX + radius, centreY);
      pen.turn(centreX, centreY, radius, 0, turns * 2 * Math.PI);
    },
    rectangle(left: number, top: number, width: number, height: number, rounded = 0) {
      if (width <= 0 || height <= 0) return;
      const r = Math.min(rounded, width / 2, height / 2);
      const [right, bottom, quarter] = [left + width, top + height, Math.PI / 2];
      pen.move(left + r, top);
      pen.line(right - r, top);
      if (r > 0) pen.turn(right - r, top + r, r, -quarter, 0);
      pen.line(right, bottom - r);
      if (r > 0) pen.turn(right - r, bottom - r, r, 0, quarter);
      pen.line(left + r, bottom);
      if (r > 0) pen.turn(left + r, bottom - r, r, quarter, 2 * quarter);
      pen.line(left, top + r);
      if (r > 0) pen.turn(left + r, top + r, r, 2 * quarter, 3 * quarter);
    },
  };
  return pen;
}

export type Pen = ReturnType<typeof createPen>;

function piecesFor(deviation: number): number {
  return Math.min(64, Math.max(1, Math.ceil(Math.sqrt(deviation / tolerance))));
}

/** Draws what the `d` of a path says, as far as posters use it: lines, quadratic curves, pieces of circles. Throws at anything else. */
export function drawPath(pen: Pen, d: string): void {
  for (const [, letter = '', list = ''] of d.matchAll(/([a-zA-Z])([^a-zA-Z]*)/g)) {
    const numbers = (list.match(/-?(?:\d+\.?\d*|\.\d+)/g) ?? []).map(Number);
    const [a = 0, b = 0, c = 0, e = 0] = numbers;
    const [x, y] = pen.at();
    switch (letter) {
      case 'M':
        pen.move(a, b);
        break;
      case 'L':
        for (let i = 0; i < numbers.length; i += 2) pen.line(numbers[i]!, numbers[i + 1]!);
        break;
      case 'h':
        pen.line(x + a, y);
        break;
      case 'v':
        pen.line(x, y + a);
        break;
      case 'V':
        pen.line(x, a);
        break;
      case 'Q':
        pen.quadratic(a, b, c, e);
        break;
      case 'a':
        drawArc(pen, a, x + numbers[5]!, y + numbers[6]!);
        break;
      case 'Z':
        break;
      default:
        throw new Error(`A path of a poster has ${letter}, which is not drawn`);
    }
  }
}

/** The short way round a circle, clockwise on the screen (flags 0 and 1). */
function drawArc(pen: Pen, radius: number, toX: number, toY: number): void {
  const [x, y] = pen.at();
  const [halfX, halfY] = [(toX - x) / 2, (toY - y) / 2];
  const half = Math.hypot(halfX, halfY);
  const away = Math.sqrt(Math.max(0, radius * radius - half * half)) / half;
  const [centreX, centreY] = [x + halfX - halfY * away, y + halfY + halfX * away];
  const from = Math.atan2(y - centreY, x - centreX);
  let to = Math.atan2(toY - centreY, toX - centreX);
  if (to < from) to += 2 * Math.PI;
  pen.turn(centreX, centreY, radius, from, to);
}
