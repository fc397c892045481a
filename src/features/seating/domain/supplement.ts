import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Fault, FaultList } from './fault-list.ts';
import type { Position, SeatingPlan } from './plan.ts';

/**
 * What the open form lacks, kept in a document beside the plan, exported and imported with it. All of it is optional.
 */
export interface PlanSupplement {
  /** What everybody came to see: best seats are those nearest to it. */
  readonly focalPoint?: Position;
  /** Guids of seats (places) for wheelchairs, and of those beside them: never handed out automatically. */
  readonly wheelchairSeats?: readonly string[];
  readonly companionSeats?: readonly string[];
  /** Seats that stand around one table. */
  readonly tables?: readonly { readonly name: string; readonly seats: readonly string[] }[];
  /** How many people fit a standing area, which is named by its `uuid` or its JSON pointer (`/zones/0/areas/0`). */
  readonly areas?: readonly { readonly area: string; readonly name?: string; readonly capacity: number }[];
}

export type SupplementRefusal = { readonly code: 'PLAN_SUPPLEMENT_INVALID'; readonly faults: readonly Fault[] };

const keys = ['focalPoint', 'wheelchairSeats', 'companionSeats', 'tables', 'areas'];
const areaCapacityMax = 1_000_000;

/** Reads the document beside a valid plan; refuses what has another form, or names a seat or area the plan lacks. */
export function readSupplement(document: unknown, plan: SeatingPlan): Decision<PlanSupplement, SupplementRefusal> {
  const faults = new FaultList();
  if (faults.object(document, [], keys)) {
    const seats = new Set<string>();
    for (const zone of plan.zones) for (const row of zone.rows) for (const seat of row.seats) seats.add(seat.seat_guid);
    faults.position(document, 'focalPoint');
    const special = new Set<string>();
    checkSeats(document, 'wheelchairSeats', seats, special, faults);
    checkSeats(document, 'companionSeats', seats, special, faults);
    checkTables(document, seats, faults);
    checkAreas(document, plan, faults);
  }
  if (!faults.isEmpty) return refuse({ code: 'PLAN_SUPPLEMENT_INVALID', faults: faults.list() });
  return accept(document as PlanSupplement);
}

type Fields = Record<string, unknown>;

function checkSeats(
  from: Fields,
  key: string,
  seats: ReadonlySet<string>,
  taken: Set<string>,
  faults: FaultList,
): void {
  faults.each(from, key, seats.size, (guid, index) => {
    if (!seats.has(guid as string)) faults.add('the plan has no such seat');
    else if (taken.has(guid as string)) faults.add('this seat is named twice');
    taken.add(typeof guid === 'string' ? guid : String(index));
  });
}

function checkTables(document: Fields, seats: ReadonlySet<string>, faults: FaultList): void {
  const seated = new Set<string>();
  faults.each(document, 'tables', 10_000, (table) => {
    if (!faults.object(table, ['name', 'seats'], [])) return;
    faults.text(table, 'name', { min: 1, max: 100 });
    checkSeats(table, 'seats', seats, seated, faults);
  });
}

function checkAreas(document: Fields, plan: SeatingPlan, faults: FaultList): void {
  const known = new Set<string>();
  plan.zones.forEach((zone, z) => {
    zone.areas?.forEach((area, a) => {
      known.add(`/zones/${z}/areas/${a}`);
      if (area.uuid) known.add(area.uuid);
    });
  });
  faults.each(document, 'areas', 5_000, (entry) => {
    if (!faults.object(entry, ['area', 'capacity'], ['name'])) return;
    faults.text(entry, 'name', { min: 1, max: 100 });
    if (faults.text(entry, 'area', { max: 200 }) && !known.has(entry.area as string)) {
      faults.add('the plan has no such area: name it by its uuid or its pointer, like /zones/0/areas/0', 'area');
    }
    const { capacity } = entry;
    if (
      capacity !== undefined &&
      !(Number.isInteger(capacity) && Number(capacity) >= 0 && Number(capacity) <= areaCapacityMax)
    ) {
      faults.add(`must be a whole number from 0 to ${areaCapacityMax}`, 'capacity');
    }
  });
}
