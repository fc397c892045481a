import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { PreparedPages } from '../../contract/prepared-pages.ts';
import type { Clock } from '../../platform/clock/clock.ts';
import type { WalledDatabase } from '../../platform/postgres/database.ts';
import { importPlan } from './commands/import-plan.ts';
import { createRoutes } from './http.ts';
import { createSeatMapRoutes } from './http-seat-map.ts';
import { createGeometryLoader, type LoadGeometry } from './queries/load-geometry.ts';
import { findPlan, findPlansByName } from './store/seating-plans.ts';

export type { ImportedPlan } from './commands/import-plan.ts';
export { type CategoryOrder, orderCategories } from './domain/category-order.ts';
export type { Fault } from './domain/fault-list.ts';
export { type SeatGeometry, type SeatRow, seatKind } from './domain/geometry.ts';
export { looksLikePlan, type SeatingPlan } from './domain/plan.ts';
export { type PlanContent, readPlanContent } from './domain/plan-content.ts';
export { type StandingArea, standingAreas } from './domain/standing-areas.ts';
export type { PlanSupplement } from './domain/supplement.ts';
export type { LoadGeometry } from './queries/load-geometry.ts';
export type { SeatingPlanRow } from './store/seating-plans.ts';

export interface Seating {
  readonly routes: readonly FastifyPluginAsyncTypebox[];
  /** Takes the database or a transaction; cached, the same object for the same content. */
  readonly loadGeometry: LoadGeometry;
  readonly importPlan: typeof importPlan;
  readonly findPlan: typeof findPlan;
  readonly findPlansByName: typeof findPlansByName;
}

/** Seating plans: kept, exported, and turned into the geometry that ledgers and seat maps are made of. */
export function createSeating(parts: {
  readonly database: WalledDatabase;
  readonly clock: Clock;
  readonly pages: PreparedPages;
}): Seating {
  const loadGeometry = createGeometryLoader();
  return {
    routes: [createRoutes(parts), createSeatMapRoutes({ ...parts, loadGeometry })],
    loadGeometry,
    importPlan,
    findPlan,
    findPlansByName,
  };
}
