import type { GroundLook } from './paint-ground.ts';
import type { Placing, SeatPainter } from './paint-seats.ts';
import type { Level } from './view.ts';

const swellMs = 200;

/** What is shown above the seats. */
export interface Marks {
  readonly chosen: ReadonlySet<number>;
  /** Seats that were proposed, not chosen yet. */
  readonly proposed: readonly number[];
  readonly focused: number | null;
  readonly hovered: number | null;
  readonly hoveredPart: number | null;
}

/** Draws them on the upper canvas. `swells` holds since when a seat is chosen, until it has grown to its size. */
export function paintMarks(
  context: CanvasRenderingContext2D,
  parts: {
    readonly marks: Marks;
    readonly look: GroundLook;
    readonly painter: SeatPainter;
    readonly swells: Map<number, number>;
    readonly level: Level;
    readonly placing: Placing;
    readonly ratio: number;
    readonly now: number;
  },
): void {
  const { marks, look, painter, swells, level, placing, ratio, now } = parts;
  const { hall, palette } = look;
  if (marks.hoveredPart !== null && level === 'sections') {
    context.beginPath();
    for (const { x, y } of hall.parts[marks.hoveredPart]!.outline)
      context.lineTo(x * placing.scale + placing.x, y * placing.scale + placing.y);
    context.closePath();
    context.lineJoin = 'round';
    context.strokeStyle = palette.ink;
    context.lineWidth = 3 * ratio;
    context.stroke();
  }
  for (const seat of marks.chosen) {
    const since = swells.get(seat);
    const t = since === undefined ? 1 : Math.min(1, (now - since) / swellMs);
    if (t >= 1) swells.delete(seat);
    painter.chosen(context, seat, placing, 0.9 + 0.1 * t);
  }
  for (const seat of marks.proposed) painter.ring(context, seat, placing, palette.ink);
  if (level !== 'sections' && marks.hovered !== null) painter.ring(context, marks.hovered, placing, palette.ink);
  if (marks.focused !== null) painter.ring(context, marks.focused, placing, palette.focus);
}
