import { codesOf } from '../../contract/problems.ts';
import type { RefusalIn } from '../../kernel/decision.ts';
import type { createPlan } from './commands/create-plan.ts';
import type { deletePlan } from './commands/delete-plan.ts';
import type { importPlan } from './commands/import-plan.ts';
import type { updatePlan } from './commands/update-plan.ts';
import type { readPlanContent } from './domain/plan-content.ts';

/** Everything that this slice refuses with. */
export type SeatingRefusals = RefusalIn<
  typeof createPlan | typeof deletePlan | typeof importPlan | typeof readPlanContent | typeof updatePlan
>;

const contentFaults = { PLAN_INVALID: true, PLAN_SUPPLEMENT_INVALID: true, VENUE_UNKNOWN: true } as const;

/** The codes that each command can refuse with, for the routes that call it. */
export const createPlanProblems = codesOf<RefusalIn<typeof readPlanContent | typeof createPlan>>(contentFaults);
export const updatePlanProblems = codesOf<RefusalIn<typeof readPlanContent | typeof updatePlan>>({
  ...contentFaults,
  PLAN_IN_USE: true,
  SEATING_PLAN_NOT_FOUND: true,
});
export const deletePlanProblems = codesOf<RefusalIn<typeof deletePlan>>({
  PLAN_IN_USE: true,
  SEATING_PLAN_NOT_FOUND: true,
});
