import { focalPoint } from './focal-point.ts';
import { type SeatGeometry, type SeatRow, seatKind } from './geometry.ts';
import type { SeatingPlan } from './plan.ts';
import type { PlanSupplement } from './supplement.ts';

/** Seats further apart than this many times their row's median spacing have an aisle between them. */
const aisleFactor = 1.75;

const wheelchairWord =
  /wheel\s?-?chair|rollstuhl|silla de ruedas|movilidad reducida|fauteuil|\bpmr\b|carrozzin|cadeira de rodas|rolstoel|handicap|disabled/i;
const companionWord = /companion|\bcarer|begleit|acompa[nñ]ante|accompagn|begeleider/i;

/**
 * The compact form of a valid plan. A seat is a wheelchair or companion place if the supplement says so, or if its
 * category's name does. Rows without seats are left out.
 */
export function buildGeometry(plan: SeatingPlan, supplement: PlanSupplement = {}): SeatGeometry {
  const seatCount = countSeats(plan);
  const categoryIndex = new Map(plan.categories.map((category, index) => [category.name, index]));
  const kinds = plan.categories.map(({ name }) => kindOfCategory(name));
  const special = specialSeats(supplement);
  const rows: SeatRow[] = [];
  const guids = new Array<string>(seatCount);
  const seatNumbers = new Array<string>(seatCount);
  const rowOf = new Uint32Array(seatCount);
  const categoryOf = new Uint16Array(seatCount);
  const x = new Float32Array(seatCount);
  const y = new Float32Array(seatCount);
  const kindOf = new Uint8Array(seatCount);
  const besideNext = new Uint8Array(seatCount);

  let seat = 0;
  plan.zones.forEach((zone, zoneIndex) => {
    for (const row of zone.rows) {
      if (row.seats.length === 0) continue;
      const left = zone.position.x + (row.position?.x ?? 0);
      const top = zone.position.y + (row.position?.y ?? 0);
      const firstSeat = seat;
      for (const { seat_guid: guid, seat_number: number, category, position } of row.seats) {
        guids[seat] = guid;
        seatNumbers[seat] = number;
        rowOf[seat] = rows.length;
        const categoryNo = categoryIndex.get(category) ?? 0;
        categoryOf[seat] = categoryNo;
        kindOf[seat] = special.get(guid) ?? kinds[categoryNo] ?? seatKind.ordinary;
        x[seat] = left + position.x;
        y[seat] = top + position.y;
        seat++;
      }
      markNeighbours(besideNext, x, y, firstSeat, row.seats.length);
      const label = row.row_number.trim() || row.row_label?.trim() || '';
      rows.push({ label, zone: zoneIndex, firstSeat, seatCount: row.seats.length });
    }
  });

  return {
    seatCount,
    size: { width: plan.size.width, height: plan.size.height },
    categories: plan.categories.map(({ name, color }) => ({ name, color: color ?? null })),
    zones: plan.zones.map((zone) => zone.name ?? zone.zone_id ?? ''),
    rows,
    guids,
    seatNumbers,
    rowOf,
    categoryOf,
    x,
    y,
    kindOf,
    besideNext,
    focalDistance: distancesTo(focalPoint(plan, supplement, { x, y }), x, y),
  };
}

export function countSeats(plan: SeatingPlan): number {
  let count = 0;
  for (const zone of plan.zones) for (const row of zone.rows) count += row.seats.length;
  return count;
}

function kindOfCategory(name: string): number {
  if (companionWord.test(name)) return seatKind.companion;
  return wheelchairWord.test(name) ? seatKind.wheelchair : seatKind.ordinary;
}

function specialSeats(supplement: PlanSupplement): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const guid of supplement.wheelchairSeats ?? []) kinds.set(guid, seatKind.wheelchair);
  for (const guid of supplement.companionSeats ?? []) kinds.set(guid, seatKind.companion);
  return kinds;
}

/** Marks the seats of one row that have a neighbour at the next number: no aisle between them. */
function markNeighbours(besideNext: Uint8Array, x: Float32Array, y: Float32Array, first: number, count: number): void {
  if (count < 2) return;
  const gaps = new Float64Array(count - 1);
  for (let i = 0; i < gaps.length; i++) {
    const seat = first + i;
    gaps[i] = Math.hypot(x[seat + 1]! - x[seat]!, y[seat + 1]! - y[seat]!);
  }
  // The lower median: of two unlike gaps the wider one is the aisle.
  const median = gaps.toSorted()[(gaps.length - 1) >> 1]!;
  for (let i = 0; i < gaps.length; i++) besideNext[first + i] = gaps[i]! <= median * aisleFactor ? 1 : 0;
}

function distancesTo(point: { x: number; y: number }, x: Float32Array, y: Float32Array): Float64Array {
  const distances = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) distances[i] = (x[i]! - point.x) ** 2 + (y[i]! - point.y) ** 2;
  return distances;
}
