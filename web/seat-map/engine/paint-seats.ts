import type { Box } from './box.ts';
import { type Context, createGlyphs, type Glyphs } from './glyphs.ts';
import { type Hall, seatKinds } from './hall.ts';
import type { Palette } from './palette.ts';
import { type SeatStates, seatStates } from './seat-states.ts';
import type { Level } from './view.ts';

/** Sizes of seats in pitches. */
const sizes = { free: 0.4, special: 0.39, gone: 0.14, held: 0.315, heldLine: 0.067, chosen: 0.48, halo: 0.575 };
const dimmed = 0.3;

export interface SeatLook {
  readonly hall: Hall;
  readonly states: SeatStates;
  readonly palette: Palette;
  /** Whether a seat is shown in full, or faint because a filter passes it over. */
  isWanted(seat: number): boolean;
  readonly isFiltered: boolean;
}

/** How a context maps the plan: device pixels = plan × scale + offset. */
export interface Placing {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

export interface SeatPainter {
  /** Draws seats, each by its state. */
  seats(context: Context, seats: readonly number[], level: Level, placing: Placing): void;
  chosen(context: Context, seat: number, placing: Placing, swell?: number): void;
  ring(context: Context, seat: number, placing: Placing, colour: string): void;
}

export function createSeatPainter(look: SeatLook): SeatPainter {
  const { hall, states, palette } = look;
  const atlases = new Map<string, Glyphs>();
  const glyphs = (size: number, colour: string) => {
    const key = `${size} ${colour}`;
    let found = atlases.get(key);
    if (!found) {
      if (atlases.size > 24) atlases.clear();
      found = createGlyphs(palette.font, size, colour);
      atlases.set(key, found);
    }
    return found;
  };

  function seats(context: Context, list: readonly number[], level: Level, placing: Placing): void {
    const unit = hall.pitch * placing.scale;
    const groups = sort(list);
    const at = (seat: number) =>
      [hall.x[seat]! * placing.scale + placing.x, hall.y[seat]! * placing.scale + placing.y] as const;
    const dots = (group: readonly number[], radius: number) => {
      context.beginPath();
      for (const seat of group) {
        const [x, y] = at(seat);
        context.moveTo(x + radius, y);
        context.arc(x, y, radius, 0, 7);
      }
    };

    context.fillStyle = palette.gone;
    dots(groups.gone, Math.max(0.75, sizes.gone * unit));
    context.fill();

    if (groups.held.length > 0) {
      context.strokeStyle = palette.held;
      context.lineWidth = Math.max(1, sizes.heldLine * unit);
      context.setLineDash([0.122 * unit, 0.096 * unit]);
      dots(groups.held, sizes.held * unit);
      context.stroke();
      context.setLineDash([]);
    }

    for (const { category, isFaint, ordinary, special } of groups.free) {
      const colours = palette.categories[category]!;
      context.globalAlpha = isFaint ? dimmed : 1;
      context.fillStyle = colours.fill;
      if (ordinary.length > 0) {
        dots(ordinary, sizes.free * unit);
        context.fill();
      }
      if (special.length > 0) {
        const half = sizes.special * unit;
        context.beginPath();
        for (const seat of special) {
          const [x, y] = at(seat);
          context.roundRect(x - half, y - half, half * 2, half * 2, half * 0.48);
        }
        context.fill();
      }
      if (level === 'numbers') {
        const pen = glyphs(Math.max(7, Math.round(unit * 0.37)), colours.on);
        pen.prepare(ordinary.map((seat) => hall.numbers[seat]!));
        for (const seat of ordinary) pen.draw(context, hall.numbers[seat]!, ...at(seat));
        context.strokeStyle = colours.on;
        for (const seat of special) sign(context, hall.kind[seat]!, ...at(seat), unit);
      }
    }
    context.globalAlpha = 1;
  }

  /** Free seats by category, faint ones apart. */
  function sort(list: readonly number[]) {
    const gone: number[] = [];
    const held: number[] = [];
    const free = new Map<number, { category: number; isFaint: boolean; ordinary: number[]; special: number[] }>();
    for (const seat of list) {
      if (!states.isFree(seat)) {
        (states.of[seat] === seatStates.held ? held : gone).push(seat);
        continue;
      }
      const category = hall.category[seat]!;
      const isFaint = look.isFiltered && !look.isWanted(seat);
      const key = category * 2 + Number(isFaint);
      let group = free.get(key);
      if (!group) {
        group = { category, isFaint, ordinary: [], special: [] };
        free.set(key, group);
      }
      (hall.kind[seat] === seatKinds.ordinary ? group.ordinary : group.special).push(seat);
    }
    return { gone, held, free: [...free.values()] };
  }

  return {
    seats,
    chosen(context, seat, placing, swell = 1) {
      const unit = hall.pitch * placing.scale * swell;
      const [x, y] = [hall.x[seat]! * placing.scale + placing.x, hall.y[seat]! * placing.scale + placing.y];
      // Where seats are specks the choice still has to be seen.
      const least = Math.max(unit, 9);
      disc(context, x, y, sizes.halo * least, palette.halo);
      disc(context, x, y, (sizes.chosen + 0.02) * least, palette.block);
      disc(context, x, y, sizes.chosen * least, palette.chosen);
      context.strokeStyle = palette.onChosen;
      context.lineWidth = least * 0.096;
      context.lineCap = 'round';
      context.lineJoin = 'round';
      context.beginPath();
      context.moveTo(x - 0.185 * least, y + 0.02 * least);
      context.lineTo(x - 0.05 * least, y + 0.15 * least);
      context.lineTo(x + 0.185 * least, y - 0.125 * least);
      context.stroke();
    },
    ring(context, seat, placing, colour) {
      const unit = Math.max(9, hall.pitch * placing.scale);
      context.strokeStyle = colour;
      context.lineWidth = Math.max(2, unit * 0.092);
      context.beginPath();
      context.arc(
        hall.x[seat]! * placing.scale + placing.x,
        hall.y[seat]! * placing.scale + placing.y,
        unit * 0.56,
        0,
        7,
      );
      context.stroke();
    },
  };
}

/** What a seat's square is: as far as its largest shape reaches. */
export function squareOf(hall: Hall, seat: number): Box {
  const half = hall.pitch * 0.5;
  const [x, y] = [hall.x[seat]!, hall.y[seat]!];
  return { minX: x - half, minY: y - half, maxX: x + half, maxY: y + half };
}

function disc(context: Context, x: number, y: number, radius: number, colour: string): void {
  context.fillStyle = colour;
  context.beginPath();
  context.arc(x, y, radius, 0, 7);
  context.fill();
}

/** A wheelchair, or a plus for who comes along. */
function sign(context: Context, kind: number, x: number, y: number, unit: number): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = unit * 0.07;
  context.beginPath();
  if (kind === seatKinds.companion) {
    const arm = unit * 0.165;
    context.moveTo(x, y - arm);
    context.lineTo(x, y + arm);
    context.moveTo(x - arm, y);
    context.lineTo(x + arm, y);
  } else {
    const k = (unit / 27) * 0.68;
    const [left, top] = [x - 8.2 * (unit / 27), y - 8.2 * (unit / 27)];
    const p = (a: number, b: number) => [left + a * k, top + b * k] as const;
    context.moveTo(...p(12, 4));
    context.arc(...p(10.5, 4), 1.5 * k, 0, 7);
    context.moveTo(...p(10.5, 7.5));
    context.lineTo(...p(10.5, 13));
    context.lineTo(...p(15.5, 13));
    context.lineTo(...p(18, 18.5));
    context.moveTo(...p(8, 11.2));
    context.arc(...p(10, 16), 5.1 * k, -1.97, 0.3, true);
  }
  context.stroke();
}
