import type { Queryable } from '../../../platform/postgres/database.ts';
import { buildGeometry } from '../domain/build-geometry.ts';
import type { SeatGeometry } from '../domain/geometry.ts';
import type { SeatingPlan } from '../domain/plan.ts';
import type { PlanSupplement } from '../domain/supplement.ts';

/** Reads a plan's geometry; null if there is no such plan. */
export type LoadGeometry = (database: Queryable, seatingPlanId: number) => Promise<SeatGeometry | null>;

/** An arena of 20,000 seats takes about 2 MB. */
const cachedMax = 50;

/**
 * A {@link LoadGeometry} that keeps the plans used last. They are known by their content, so that a plan that changed
 * is never answered from before; asking costs one row by primary key. Callers share the same immutable object. In a
 * transaction the plan's row is locked for share: its seats cannot change before the transaction ends.
 */
export function createGeometryLoader(): LoadGeometry {
  const cache = new Map<string, Promise<SeatGeometry | null>>();
  return async (database, seatingPlanId) => {
    const [found] = await database.query<{ key: string }>(
      {
        name: 'seating-plan-hash',
        text: `SELECT seating_plan_id || ' ' || content_hash AS key FROM seating_plans WHERE seating_plan_id = $1 FOR SHARE`,
      },
      [seatingPlanId],
    );
    if (!found) return null;
    const cached = cache.get(found.key);
    cache.delete(found.key);
    const geometry = cached ?? build(database, seatingPlanId);
    cache.set(found.key, geometry);
    if (cache.size > cachedMax) cache.delete(cache.keys().next().value!);
    geometry.catch(() => cache.delete(found.key));
    return geometry;
  };
}

async function build(database: Queryable, seatingPlanId: number): Promise<SeatGeometry | null> {
  const [row] = await database.query<{ plan: SeatingPlan; supplement: PlanSupplement }>(
    'SELECT plan, supplement FROM seating_plans WHERE seating_plan_id = $1',
    [seatingPlanId],
  );
  return row ? buildGeometry(row.plan, row.supplement) : null;
}
