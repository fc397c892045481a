import type { FaultList } from './fault-list.ts';
import { planLimits } from './plan.ts';

const shapes = ['polygon', 'rectangle', 'ellipse', 'circle', 'text'];
const numberPlaces = ['start', 'end', 'both', 'left', 'right', null, undefined];

interface Seen {
  readonly categories: ReadonlySet<string>;
  /** Where each guid was first met. */
  readonly guids: Map<string, string>;
  seats: number;
  rows: number;
  areas: number;
}

/** Checks `zones` with their rows, seats and areas; the walk stands at the document. */
export function checkZones(zones: unknown, categories: ReadonlySet<string>, faults: FaultList): void {
  const seen: Seen = { categories, guids: new Map(), seats: 0, rows: 0, areas: 0 };
  faults.each({ zones }, 'zones', planLimits.zones, (zone, index) => {
    if (!faults.object(zone, ['position', 'rows'], ['name', 'zone_id', 'uuid', 'areas', 'displayed'])) return;
    faults.text(zone, 'name', { max: 100 });
    faults.text(zone, 'zone_id', { max: 100 });
    faults.text(zone, 'uuid', { max: 100 });
    faults.position(zone, 'position');
    if (zone.displayed !== undefined && typeof zone.displayed !== 'boolean')
      faults.add('must be a boolean', 'displayed');
    faults.each(zone, 'rows', planLimits.rows, (row, rowIndex) =>
      checkRow(row, `${index}/rows/${rowIndex}`, seen, faults),
    );
    faults.each(zone, 'areas', planLimits.areas, (area) => {
      seen.areas++;
      checkArea(area, faults);
    });
  });
  if (seen.seats > planLimits.seats)
    faults.add(`has ${seen.seats} seats, at most ${planLimits.seats} are taken`, 'zones');
  if (seen.rows > planLimits.rows) faults.add(`has ${seen.rows} rows, at most ${planLimits.rows} are taken`, 'zones');
  if (seen.areas > planLimits.areas)
    faults.add(`has ${seen.areas} areas, at most ${planLimits.areas} are taken`, 'zones');
  if (seen.seats === 0 && Array.isArray(zones)) faults.add('the plan has no seats', 'zones');
}

const rowKeys = [
  'row_label',
  'seat_label',
  'row_number_position',
  'position',
  'uuid',
  'number_of_seats',
  'seats_spacing',
];

function checkRow(row: unknown, where: string, seen: Seen, faults: FaultList): void {
  seen.rows++;
  if (!faults.object(row, ['row_number', 'seats'], rowKeys)) return;
  faults.text(row, 'row_number', { max: 50 });
  faults.text(row, 'row_label', { max: 100, nullable: true });
  faults.text(row, 'seat_label', { max: 100, nullable: true });
  faults.text(row, 'uuid', { max: 100 });
  faults.position(row, 'position');
  faults.number(row, 'number_of_seats');
  faults.number(row, 'seats_spacing');
  if (!numberPlaces.includes(row.row_number_position as string)) {
    faults.add('must be start, end, both (in older plans left, right, both) or null', 'row_number_position');
  }
  faults.each(row, 'seats', planLimits.seats, (seat) => {
    seen.seats++;
    checkSeat(seat, where, seen, faults);
  });
}

const seatRequired = ['seat_guid', 'seat_number', 'position', 'category'];
const seatOptional = ['radius', 'start_direction', 'uuid'];

function checkSeat(seat: unknown, row: string, seen: Seen, faults: FaultList): void {
  if (!faults.object(seat, seatRequired, seatOptional)) return;
  faults.text(seat, 'seat_number', { max: 50 });
  faults.text(seat, 'uuid', { max: 100 });
  faults.position(seat, 'position');
  faults.number(seat, 'radius', { min: 0 });
  const direction = seat.start_direction;
  if (direction !== undefined && direction !== null && !['', '<', '>', '<>'].includes(direction as string)) {
    faults.add('must be <, > or <>', 'start_direction');
  }
  if (faults.text(seat, 'category', { max: 100 }) && !seen.categories.has(seat.category as string)) {
    faults.add(`no category is called ${JSON.stringify(seat.category)}`, 'category');
  }
  if (faults.text(seat, 'seat_guid', { min: 1, max: 200 })) {
    const guid = seat.seat_guid as string;
    const first = seen.guids.get(guid);
    if (first === undefined) seen.guids.set(guid, row);
    else faults.add(`${JSON.stringify(guid)} is repeated: first used in /zones/${first}`, 'seat_guid');
  }
}

const areaKeys = ['shape', 'position', 'rotation', 'color', 'border_color', 'uuid', ...shapes, 'width', 'height'];

function checkArea(area: unknown, faults: FaultList): void {
  if (!faults.object(area, [], areaKeys)) return;
  faults.text(area, 'color', { max: 50 });
  faults.text(area, 'border_color', { max: 50 });
  faults.text(area, 'uuid', { max: 100 });
  faults.number(area, 'rotation');
  faults.position(area, 'position');
  faults.number(area, 'width', { min: 0 });
  faults.number(area, 'height', { min: 0 });
  checkShape(area, faults);
  checkAreaText(area, faults);
}

function checkShape(area: Record<string, unknown>, faults: FaultList): void {
  const shape = area.shape as string | undefined;
  if (shape === undefined) {
    // Of before the shapes: a rectangle by its own width and height.
    for (const key of ['width', 'height', 'position']) {
      if (area[key] === undefined) faults.add(`an area without a shape needs ${key}`, key);
    }
  } else if (!shapes.includes(shape)) faults.add(`must be one of ${shapes.join(', ')}`, 'shape');
  else if (area[shape] === undefined) faults.add(`an area of shape ${shape} needs ${shape}`, shape);

  part(area, 'polygon', ['points'], faults, (polygon) =>
    faults.each(polygon, 'points', 1_000, (point) => faults.position({ point }, 'point')),
  );
  part(area, 'rectangle', ['width', 'height'], faults, (rectangle) => {
    faults.number(rectangle, 'width', { min: 0 });
    faults.number(rectangle, 'height', { min: 0 });
  });
  part(area, 'circle', ['radius'], faults, (circle) => faults.number(circle, 'radius', { min: 0 }));
  part(area, 'ellipse', ['radius'], faults, (ellipse) => faults.position(ellipse, 'radius'));
}

function checkAreaText(area: Record<string, unknown>, faults: FaultList): void {
  if (typeof area.text === 'string') {
    faults.text(area, 'text', { max: 1_000, lines: true });
    return;
  }
  part(area, 'text', ['text', 'position'], faults, (text) => {
    faults.text(text, 'text', { max: 1_000, lines: true });
    faults.text(text, 'color', { max: 50 });
    faults.number(text, 'size', { min: 0 });
    faults.position(text, 'position');
  });
}

function part(
  area: Record<string, unknown>,
  key: string,
  required: readonly string[],
  faults: FaultList,
  check: (part: Record<string, unknown>) => void,
): void {
  const value = area[key];
  if (value === undefined) return;
  faults.at(key, () => {
    if (faults.object(value, required, key === 'text' ? ['color', 'size'] : [])) check(value);
  });
}
