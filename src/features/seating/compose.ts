import type { Clock } from '../../platform/clock/clock.ts';
import { withoutLedgers } from '../../platform/http/event-of.ts';
import type { PreparedPages } from '../../platform/http/prepared-pages.ts';
import type { TenantDatabase } from '../../platform/postgres/database.ts';
import type { Slice } from '../../platform/slice.ts';
import { importPlan } from './commands/import-plan.ts';
import type { SeatGeometry } from './domain/geometry.ts';
import { createSeatMapRoutes } from './http/seat-map.ts';
import { createRoutes } from './http/seating-plans.ts';
import { createGeometryLoader, type LoadGeometry } from './queries/load-geometry.ts';
import { findPlan, findPlansByName } from './store/seating-plans.ts';

export interface Seating extends Slice {
  /** Takes the database or a transaction; cached, the same object for the same content. */
  readonly loadGeometry: LoadGeometry;
  /** That of a plan that events are sold on; throws if it is gone. */
  readonly geometryOf: (seatingPlanId: number) => Promise<SeatGeometry>;
  readonly importPlan: typeof importPlan;
  readonly findPlan: typeof findPlan;
  readonly findPlansByName: typeof findPlansByName;
}

/** Seating plans: kept, exported, and turned into the geometry that ledgers and seat maps are made of. */
export function createSeating(parts: {
  readonly database: TenantDatabase;
  readonly clock: Clock;
  readonly pages: PreparedPages;
}): Seating {
  const { database, clock, pages } = parts;
  const loadGeometry = createGeometryLoader();
  return {
    routes: [
      withoutLedgers(createRoutes({ database, clock })),
      withoutLedgers(createSeatMapRoutes({ database, loadGeometry, pages })),
    ],
    jobs: [],
    consumers: [],
    loadGeometry,
    async geometryOf(seatingPlanId) {
      const geometry = await loadGeometry(database.bypassingRls, seatingPlanId);
      if (!geometry) throw new Error(`Seating plan ${seatingPlanId} is gone`);
      return geometry;
    },
    importPlan,
    findPlan,
    findPlansByName,
  };
}
