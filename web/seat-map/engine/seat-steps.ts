import type { Point } from './box.ts';
import type { Hall } from './hall.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

const towards: Readonly<Record<Direction, Point>> = {
  left: { x: -1, y: 0 },
  right: { x: 1, y: 0 },
  up: { x: 0, y: -1 },
  down: { x: 0, y: 1 },
};

/** Seats aside count as so much further away than seats straight ahead. */
const asideWeight = 3;
/** So far, in pitches, one looks at first; where nothing is, further. */
const reaches = [8, 40, 400];

/** The nearest seat in a direction that `may` be gone to; null if there is none. */
export function seatTowards(
  hall: Hall,
  from: number,
  direction: Direction,
  may: (seat: number) => boolean,
): number | null {
  const { x: dx, y: dy } = towards[direction];
  const [x, y] = [hall.x[from]!, hall.y[from]!];
  for (const reach of reaches) {
    const far = reach * hall.pitch;
    let nearest: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const seat of hall.seatsIn({ minX: x - far, minY: y - far, maxX: x + far, maxY: y + far })) {
      if (seat === from || !may(seat)) continue;
      const [awayX, awayY] = [hall.x[seat]! - x, hall.y[seat]! - y];
      const ahead = awayX * dx + awayY * dy;
      const aside = Math.abs(awayX * dy - awayY * dx);
      // Within 60 degrees of the direction, so that each seat is reached by some arrow.
      if (ahead <= 0 || aside > ahead * 1.75) continue;
      const cost = ahead + aside * asideWeight;
      if (cost < least) [nearest, least] = [seat, cost];
    }
    if (nearest !== null) return nearest;
  }
  return null;
}

/** The first seat that may be gone to of the next part, or of the one before; it goes round. */
export function seatOfPart(hall: Hall, from: number, step: 1 | -1, may: (seat: number) => boolean): number | null {
  const count = hall.parts.length;
  for (let i = 1; i <= count; i++) {
    const part = hall.parts[(((hall.part[from]! + step * i) % count) + count) % count]!;
    for (const row of hall.rows.slice(part.firstRow, part.firstRow + part.rowCount))
      for (let seat = row.firstSeat; seat < row.firstSeat + row.seatCount; seat++) if (may(seat)) return seat;
  }
  return null;
}
