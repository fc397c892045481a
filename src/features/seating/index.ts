export { createSeating, type Seating } from './compose.ts';
export { orderCategories } from './domain/category-order.ts';
export { looksLikePlan } from './domain/plan.ts';
export { type PlanContent, readPlanContent } from './domain/plan-content.ts';
export { standingAreas } from './domain/standing-areas.ts';
export type { SeatingRefusals } from './refusals.ts';
