import Flatbush from 'flatbush';
import type { SeatMap } from '../../../src/contract/seat-map.ts';
import { type Area, readArea } from './areas.ts';
import { type Box, boxAround, grow, meets, type Point, unite } from './box.ts';
import { distanceToLine, isInside, outlineOf } from './outline.ts';

export interface HallRow {
  readonly label: string;
  readonly part: number;
  readonly firstSeat: number;
  readonly seatCount: number;
}

/** A zone of the plan, as people speak of it: stalls, block 101. */
export interface Part {
  readonly name: string;
  readonly firstRow: number;
  readonly rowCount: number;
  readonly seatCount: number;
  readonly outline: readonly Point[];
  readonly box: Box;
  /** Its name without what all parts have in common: 101 of Block 101. */
  readonly shortName: string;
  /** Where its name stands: amid its seats. */
  readonly middle: Point;
  /** How far that is from the outline. */
  readonly room: number;
}

/** The geometry of a plan, made ready to be drawn and searched. Seat `i` is place number `i` of the states. */
export interface Hall {
  readonly seatCount: number;
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly kind: Uint8Array;
  readonly category: Uint16Array;
  readonly row: Uint32Array;
  readonly part: Uint16Array;
  readonly numbers: readonly string[];
  readonly guids: readonly string[];
  readonly categories: SeatMap['categories'];
  readonly rows: readonly HallRow[];
  readonly parts: readonly Part[];
  readonly areas: readonly Area[];
  /** The usual distance of a seat to the one nearest to it: what decides how much detail a view can show. */
  readonly pitch: number;
  /** The usual distance of two neighbours in a row. */
  readonly seatGap: number;
  readonly box: Box;
  /** Seats whose middle lies in a box. */
  seatsIn(box: Box): number[];
  /** The nearest seat not further than `within`; null if there is none. `only` may pass over some. */
  seatNear(point: Point, within: number, only?: (seat: number) => boolean): number | null;
  /** The part that a point lies in, else the nearest that it lies almost in, or not further from than `reach`. */
  partAt(point: Point, reach?: number): number | null;
}

/** Seats are wheelchair places and those beside them by these numbers. */
export const seatKinds = { ordinary: 0, wheelchair: 1, companion: 2 } as const;

export function readHall(map: SeatMap): Hall {
  const { guid, number, row, category, x, y, kind } = map.seats;
  const seatCount = guid.length;
  const seats = { x: new Float32Array(x), y: new Float32Array(y) };
  const rows = map.rows.map(({ label, zone, firstSeat, seatCount }) => ({ label, part: zone, firstSeat, seatCount }));
  const { parts, partOfZone } = readParts(map.zones, rows, seats);
  const placedRows = rows.map((one) => ({ ...one, part: partOfZone[one.part]! }));
  const areas = map.areas.map(readArea).filter((area) => area !== null);
  // Where seats are on the screen is asked once they are drawn: large halls have been shown by then.
  let kept: Flatbush | null = null;
  const index = () => {
    kept ??= indexOf(seats, seatCount);
    return kept;
  };
  const seatGap = usualGap(rows, seats);
  const pitch = Math.min(seatGap, usualDistance(parts, placedRows, seats) ?? seatGap);
  const part = new Uint16Array(seatCount);
  for (const row of placedRows) part.fill(row.part, row.firstSeat, row.firstSeat + row.seatCount);
  const ground = [...parts.map(({ box }) => grow(box, pitch)), ...areas.map(({ box }) => box)];
  const whole = { minX: 0, minY: 0, maxX: map.size.width, maxY: map.size.height };
  const seatsIn = (box: Box) => index()?.search(box.minX, box.minY, box.maxX, box.maxY) ?? [];
  return {
    seatCount,
    ...seats,
    kind: new Uint8Array(kind),
    category: new Uint16Array(category),
    row: new Uint32Array(row),
    part,
    numbers: number,
    guids: guid,
    categories: map.categories,
    rows: placedRows,
    parts,
    areas,
    pitch,
    seatGap,
    box: ground.length === 0 ? whole : ground.reduce(unite),
    seatsIn,
    seatNear: (point, within, only) => index()?.neighbors(point.x, point.y, 1, within, only)[0] ?? null,
    partAt(point, reach = 0) {
      const within = Math.max(pitch * 0.7, reach);
      let nearest: { readonly part: number; readonly distance: number } | null = null;
      for (const [part, { box, outline }] of parts.entries()) {
        if (!meets(grow(box, Math.max(pitch, reach)), { minX: point.x, minY: point.y, maxX: point.x, maxY: point.y }))
          continue;
        if (isInside(outline, point)) return part;
        const distance = distanceToLine(outline, point);
        if (distance < within && distance < (nearest?.distance ?? Number.POSITIVE_INFINITY))
          nearest = { part, distance };
      }
      return nearest?.part ?? null;
    },
  };
}

type Seats = Pick<Hall, 'x' | 'y'>;

function readParts(names: readonly string[], rows: readonly HallRow[], { x, y }: Seats) {
  const parts: Part[] = [];
  const partOfZone: number[] = [];
  const at = (seat: number): Point => ({ x: x[seat]!, y: y[seat]! });
  const rowsOf = Map.groupBy(rows.keys(), (row) => rows[row]!.part);
  for (const [zone, name] of names.entries()) {
    const firstRow = rowsOf.get(zone)?.[0];
    if (firstRow === undefined) continue;
    const own = rowsOf.get(zone)!.map((row) => rows[row]!);
    const lines = own.map((row) => Array.from({ length: row.seatCount }, (_, i) => at(row.firstSeat + i)));
    const centre = own[own.length >> 1]!;
    const outline = outlineOf(lines);
    const middle = at(centre.firstSeat + (centre.seatCount >> 1));
    partOfZone[zone] = parts.length;
    parts.push({
      name,
      firstRow,
      rowCount: own.length,
      seatCount: own.reduce((sum, row) => sum + row.seatCount, 0),
      outline,
      box: boxAround(lines.flat())!,
      shortName: name,
      middle,
      room: distanceToLine(outline, middle),
    });
  }
  const shared = sharedStart(parts.map(({ name }) => name));
  return { parts: parts.map((part) => ({ ...part, shortName: part.name.slice(shared) })), partOfZone };
}

/** How many letters of whole words all names begin with; none if that would leave a name empty. */
function sharedStart(names: readonly string[]): number {
  const [first, ...others] = names;
  if (first === undefined || others.length === 0) return 0;
  let end = 0;
  for (let i = 0; i < first.length && others.every((name) => name[i] === first[i]); i++)
    if (/\s/.test(first[i]!)) end = i + 1;
  return names.every((name) => name.length > end) ? end : 0;
}

function usualGap(rows: readonly HallRow[], { x, y }: Seats): number {
  const gaps: number[] = [];
  const step = Math.max(1, Math.floor(rows.length / 100));
  for (let i = 0; i < rows.length; i += step) {
    const { firstSeat, seatCount } = rows[i]!;
    for (let seat = firstSeat + 1; seat < firstSeat + seatCount; seat++)
      gaps.push(Math.hypot(x[seat]! - x[seat - 1]!, y[seat]! - y[seat - 1]!));
  }
  return middleOf(gaps) ?? usualPitch;
}

/** In plans that say nothing of it. */
const usualPitch = 24;
/** So many seats say how far apart all are; each looks at those of its part. */
const askedMax = 150;
const looksMax = 100_000;

/** The middle one of those above 0. */
function middleOf(values: readonly number[]): number | undefined {
  // Typed arrays sort numbers as numbers, without a comparator: several times as fast.
  const sorted = new Float64Array(values.filter((value) => value > 0)).sort();
  return sorted[sorted.length >> 1];
}

/** Half of the seats have another one nearer than this. */
function usualDistance(parts: readonly Part[], rows: readonly HallRow[], { x, y }: Seats): number | undefined {
  const distances: number[] = [];
  const looks = parts.reduce((sum, { seatCount }) => sum + seatCount ** 2, 0);
  const step = Math.max(1, Math.floor(x.length / askedMax), Math.ceil(looks / looksMax));
  let at = 0;
  for (const { firstRow, rowCount } of parts) {
    const last = rows[firstRow + rowCount - 1]!;
    const [from, to] = [rows[firstRow]!.firstSeat, last.firstSeat + last.seatCount];
    for (let seat = from; seat < to; seat++) {
      if (at++ % step !== 0) continue;
      let nearest = Number.POSITIVE_INFINITY;
      for (let other = from; other < to; other++) {
        const squared = (x[other]! - x[seat]!) ** 2 + (y[other]! - y[seat]!) ** 2;
        if (squared < nearest && other !== seat) nearest = squared;
      }
      if (nearest < Number.POSITIVE_INFINITY) distances.push(Math.sqrt(nearest));
    }
  }
  return middleOf(distances);
}

function indexOf({ x, y }: Seats, seatCount: number): Flatbush | null {
  if (seatCount === 0) return null;
  const index = new Flatbush(seatCount);
  for (let seat = 0; seat < seatCount; seat++) index.add(x[seat]!, y[seat]!, x[seat]!, y[seat]!);
  index.finish();
  return index;
}
