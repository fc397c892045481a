import type { SeatMap } from '../../../contract/seat-map.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { PlanZone, SeatingPlan } from '../domain/plan.ts';
import type { LoadGeometry } from './load-geometry.ts';

/** The seat map of a plan with exactly this content; null if the plan is gone or has other content now. */
export async function readSeatMap(
  database: Queryable,
  loadGeometry: LoadGeometry,
  address: { readonly seatingPlanId: number; readonly contentHash: string },
): Promise<SeatMap | null> {
  const { seatingPlanId, contentHash } = address;
  const [row] = await database.query<{ plan: SeatingPlan }>(
    'SELECT plan FROM seating_plans WHERE seating_plan_id = $1 AND content_hash = $2',
    [seatingPlanId, contentHash],
  );
  const geometry = row && (await loadGeometry(database, seatingPlanId));
  if (!row || !geometry) return null;
  const { name, size } = row.plan;
  const tenths = (values: Float32Array) => Array.from(values, (value) => Math.round(value * 10) / 10);
  return {
    name,
    size,
    categories: [...geometry.categories],
    zones: [...geometry.zones],
    rows: [...geometry.rows],
    seats: {
      guid: [...geometry.guids],
      number: [...geometry.seatNumbers],
      row: Array.from(geometry.rowOf),
      category: Array.from(geometry.categoryOf),
      x: tenths(geometry.x),
      y: tenths(geometry.y),
      kind: Array.from(geometry.kindOf),
    },
    areas: row.plan.zones.flatMap(placeAreas),
  };
}

function placeAreas(zone: PlanZone): SeatMap['areas'] {
  return (zone.areas ?? []).map((area) => ({
    ...area,
    position: { x: zone.position.x + (area.position?.x ?? 0), y: zone.position.y + (area.position?.y ?? 0) },
  }));
}
