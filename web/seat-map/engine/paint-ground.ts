import type { Area } from './areas.ts';
import { type Box, grow, meets, type Point } from './box.ts';
import type { Context } from './glyphs.ts';
import type { Hall, Part } from './hall.ts';
import type { Placing, SeatLook } from './paint-seats.ts';
import { type Level, levelOf } from './view.ts';

/** What is free of an area where people stand, and in which colour it is drawn. */
export interface AreaNote {
  readonly category: number;
  readonly words: string;
  readonly isNone: boolean;
}

export interface GroundLook extends SeatLook {
  readonly areaNotes: ReadonlyMap<number, AreaNote>;
  /** Where everything is too small for words. */
  readonly isWordless?: boolean;
  /** How many are free, in words, on sections that have room for it. */
  freeWords(count: number): string;
}

/** A section has few seats left below this share. */
const fewShare = 0.1;

/** Draws what lies under the seats: blocks or sections, the stage, words. `ratio`: device pixels of a CSS pixel. */
export function paintGround(
  context: Context,
  look: GroundLook,
  level: Level,
  placing: Placing,
  shown: Box,
  ratio: number,
): void {
  const { hall, palette } = look;
  context.lineJoin = 'round';
  context.lineCap = 'round';
  for (const [i, area] of hall.areas.entries())
    if (area.kind !== 'stage' && meets(area.box, shown)) paintArea(context, look, area, i, placing, ratio);
  const pad = hall.pitch * 0.7 * placing.scale;
  for (const [i, part] of hall.parts.entries()) {
    if (!meets(grow(part.box, hall.pitch * 3), shown)) continue;
    if (level === 'sections') paintSection(context, look, i, placing, ratio);
    else {
      bordered(context, part, { fill: palette.block, line: palette.blockLine, pad, width: 1.5 * ratio }, placing);
    }
  }
  for (const [i, area] of hall.areas.entries())
    if (area.kind === 'stage' && meets(area.box, shown)) paintArea(context, look, area, i, placing, ratio);
  if (level !== 'sections' && !look.isWordless) paintLabels(context, look, placing, shown, ratio);
}

const outlines = new WeakMap<Part, Path2D>();

/** The outline of a part in units of the plan, traced once: sections are drawn in each frame of a move. */
function outlinePath(part: Part): Path2D {
  let path = outlines.get(part);
  if (!path) {
    path = new Path2D();
    for (const { x, y } of part.outline) path.lineTo(x, y);
    path.closePath();
    outlines.set(part, path);
  }
  return path;
}

/** Fills a part and a seam around it, with a line outside: an outline that keeps its distance. */
function bordered(
  context: Context,
  part: Part,
  look: { readonly fill: string; readonly line: string; readonly pad: number; readonly width: number },
  { scale, x, y }: Placing,
): void {
  const path = outlinePath(part);
  context.setTransform(scale, 0, 0, scale, x, y);
  context.strokeStyle = look.line;
  context.lineWidth = ((look.pad + look.width) * 2) / scale;
  context.stroke(path);
  context.strokeStyle = look.fill;
  context.lineWidth = (look.pad * 2) / scale;
  // Where line and filling are one colour the line has drawn the seam.
  if (look.line !== look.fill) context.stroke(path);
  context.fillStyle = look.fill;
  context.fill(path);
  context.setTransform(1, 0, 0, 1, 0, 0);
}

function penOf(context: Context, { scale, x, y }: Placing) {
  return {
    trace(points: readonly Point[]) {
      context.beginPath();
      for (const [i, point] of points.entries()) {
        if (i === 0) context.moveTo(point.x * scale + x, point.y * scale + y);
        else context.lineTo(point.x * scale + x, point.y * scale + y);
      }
      context.closePath();
    },
  };
}

/** The category that most seats of a part have. */
function categoryOf(hall: Hall, part: Part): number {
  const counts = new Map<number, number>();
  for (const row of hall.rows.slice(part.firstRow, part.firstRow + part.rowCount)) {
    const category = hall.category[row.firstSeat]!;
    counts.set(category, (counts.get(category) ?? 0) + row.seatCount);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
}

const dominant = new WeakMap<Part, number>();
function dominantCategory(hall: Hall, part: Part): number {
  let category = dominant.get(part);
  if (category === undefined) {
    category = categoryOf(hall, part);
    dominant.set(part, category);
  }
  return category;
}

function paintSection(context: Context, look: GroundLook, index: number, placing: Placing, ratio: number): void {
  const { hall, palette, states } = look;
  const part = hall.parts[index]!;
  const category = dominantCategory(hall, part);
  const colours = palette.categories[category]!;
  const free = states.freeByPart[index]!;
  const kind = free === 0 ? 'none' : free < part.seatCount * fewShare ? 'few' : 'many';
  const [fill, line, ink] = {
    none: [palette.ground, palette.blockLine, palette.faint] as const,
    few: [colours.pale, colours.fill, colours.onPale] as const,
    many: [colours.fill, colours.fill, colours.on] as const,
  }[kind];
  // The filter looks at one seat of the part: sections have one category nearly always.
  const isFaint = look.isFiltered && !look.isWanted(hall.rows[part.firstRow]!.firstSeat);
  context.globalAlpha = isFaint ? 0.3 : 1;
  bordered(context, part, { fill, line, pad: hall.pitch * 0.5 * placing.scale, width: 1.5 * ratio }, placing);
  context.globalAlpha = 1;
  if (look.isWordless) return;
  const room = (part.room + hall.pitch * 0.4) * 2.3 * placing.scale;
  const middle = { x: part.middle.x * placing.scale + placing.x, y: part.middle.y * placing.scale + placing.y };
  const size = evenSize(Math.min(16, Math.max(10, room / ratio / 5)) * ratio);
  if (wordWidth(context, part.shortName, palette.font) * size > room) return;
  write(context, part.shortName, middle.x, middle.y, size, ink, palette.font);
  if (kind !== 'none' && room > 80 * ratio && hall.parts.length < 24)
    write(context, look.freeWords(free), middle.x, middle.y + size * 1.1, size * 0.75, ink, palette.font);
}

/** Words are set in few sizes: while the view zooms a size for each frame would be a font for each frame, and all words measured anew. */
const evenSize = (size: number) => Math.floor(size / 2) * 2;

const widths = new Map<string, number>();

/** How wide a word is at a size of 1. */
function wordWidth(context: Context, word: string, font: string): number {
  let width = widths.get(word);
  if (width === undefined) {
    context.font = `650 100px ${font}`;
    width = context.measureText(word).width / 100;
    if (widths.size > 5_000) widths.clear();
    widths.set(word, width);
  }
  return width;
}

function paintArea(
  context: Context,
  look: GroundLook,
  area: Area,
  index: number,
  placing: Placing,
  ratio: number,
): void {
  const { palette } = look;
  const { scale, x, y } = placing;
  const note = look.areaNotes.get(index);
  const colours = note && palette.categories[note.category];
  const isStage = area.kind === 'stage';
  const fill = isStage ? palette.stage : note && !note.isNone && colours ? colours.fill : palette.block;
  const ink = isStage ? palette.onStage : note && !note.isNone && colours ? colours.on : palette.faint;
  if (area.shape !== 'text') {
    context.beginPath();
    if (area.shape === 'ellipse')
      context.ellipse(
        area.centre.x * scale + x,
        area.centre.y * scale + y,
        area.radius.x * scale,
        area.radius.y * scale,
        area.rotation,
        0,
        7,
      );
    else penOf(context, placing).trace(area.points);
    context.fillStyle = fill;
    context.fill();
    if (!isStage) {
      context.strokeStyle = palette.blockLine;
      context.lineWidth = 1.5 * ratio;
      context.stroke();
    }
  }
  const words = isStage ? area.text.toUpperCase() : area.text;
  if (words === '' || look.isWordless) return;
  const room = (area.box.maxX - area.box.minX) * scale;
  const wished = note ? room / Math.max(6, words.length) : area.textSize * scale;
  const size = evenSize(Math.min(Math.max(10 * ratio, wished), (note ? 22 : 18) * ratio));
  if (area.shape !== 'text' && wordWidth(context, words, palette.font) * size > room) return;
  const at = area.shape === 'ellipse' || area.shape === 'polygon' ? area.centre : area.textAt;
  const top = at.y * scale + y - (note ? size * 0.6 : 0);
  write(context, words, at.x * scale + x, top, size, ink, palette.font, isStage ? '0.2em' : undefined);
  if (note) write(context, note.words, at.x * scale + x, top + size * 1.25, size * 0.75, ink, palette.font);
}

/** Rows by their names at both ends, and parts by theirs beside the first row. */
function paintLabels(context: Context, look: GroundLook, placing: Placing, shown: Box, ratio: number): void {
  const { hall, palette } = look;
  const unit = hall.pitch * placing.scale;
  const wide = grow(shown, hall.pitch * 3);
  const isIn = ({ x, y }: Point) => x > wide.minX && x < wide.maxX && y > wide.minY && y < wide.maxY;
  const size = evenSize(Math.max(10 * ratio, Math.min(unit * 0.44, 16 * ratio)));
  if (unit > 9 * ratio)
    for (const row of hall.rows) {
      if (row.label === '') continue;
      const last = row.firstSeat + row.seatCount - 1;
      for (const [end, next] of [
        [row.firstSeat, Math.min(row.firstSeat + 1, last)],
        [last, Math.max(last - 1, row.firstSeat)],
      ] as const) {
        const at = beyond(hall, end, next, row.seatCount === 1 && end === last);
        if (isIn(at))
          write(
            context,
            row.label,
            at.x * placing.scale + placing.x,
            at.y * placing.scale + placing.y,
            size,
            palette.faint,
            palette.font,
          );
      }
    }
  const partSize = evenSize(Math.max(12 * ratio, Math.min(unit * 0.56, 22 * ratio)));
  for (const part of hall.parts) {
    const at = besideFirstRow(hall, part);
    if (isIn(at))
      write(
        context,
        part.name,
        at.x * placing.scale + placing.x,
        at.y * placing.scale + placing.y,
        partSize,
        palette.ink,
        palette.font,
      );
  }
}

/** A pitch before the end of a row, in its direction. */
function beyond(hall: Hall, end: number, next: number, mirrored: boolean): Point {
  let [dx, dy] = [hall.x[end]! - hall.x[next]!, hall.y[end]! - hall.y[next]!];
  const length = Math.hypot(dx, dy);
  [dx, dy] = length === 0 ? [mirrored ? 1 : -1, 0] : [dx / length, dy / length];
  return { x: hall.x[end]! + dx * hall.pitch * 0.95, y: hall.y[end]! + dy * hall.pitch * 0.95 };
}

function besideFirstRow(hall: Hall, part: Part): Point {
  const first = hall.rows[part.firstRow]!;
  const second = part.rowCount > 1 ? hall.rows[part.firstRow + 1]! : first;
  const middle = (row: typeof first) => ({
    x: hall.x[row.firstSeat + (row.seatCount >> 1)]!,
    y: hall.y[row.firstSeat + (row.seatCount >> 1)]!,
  });
  const [a, b] = [middle(first), middle(second)];
  const length = Math.hypot(a.x - b.x, a.y - b.y) || 1;
  const away = hall.pitch * 1.5;
  const [dx, dy] = part.rowCount > 1 ? [(a.x - b.x) / length, (a.y - b.y) / length] : [0, -1];
  return { x: a.x + dx * away, y: a.y + dy * away };
}

function write(
  context: Context,
  words: string,
  x: number,
  y: number,
  size: number,
  colour: string,
  font: string,
  spacing = '0px',
): void {
  context.font = `650 ${size}px ${font}`;
  if (spacing !== '0px') context.letterSpacing = spacing;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.fillStyle = colour;
  context.fillText(words, x, y);
  if (spacing !== '0px') context.letterSpacing = '0px';
}

/** The detail that seats have in a picture of so many device pixels a unit: never less than dots. */
export function detailOf(hall: Hall, scale: number, ratio: number): Level {
  const level = levelOf(scale / ratio, hall.pitch, hall.seatCount);
  return level === 'sections' ? 'dots' : level;
}
