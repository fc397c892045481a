import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { countUses, lockPlan, removePlan } from '../store/seating-plans.ts';

export type DeletePlanRefusal =
  | { readonly code: 'SEATING_PLAN_NOT_FOUND' }
  | { readonly code: 'PLAN_IN_USE'; readonly events: number };

/** Removes a plan that no event uses, drafts included. */
export function deletePlan(
  database: TenantDatabase,
  seatingPlanId: number,
  context: CommandContext,
): Promise<Decision<null, DeletePlanRefusal>> {
  return database.as(context).transaction(async (tx) => {
    const plan = await lockPlan(tx, context.organizerId, seatingPlanId);
    if (!plan) return refuse({ code: 'SEATING_PLAN_NOT_FOUND' });
    const { events } = await countUses(tx, seatingPlanId);
    if (events > 0) return refuse({ code: 'PLAN_IN_USE', events });
    await removePlan(tx, seatingPlanId);
    const data = { seatingPlanId, name: plan.name };
    await appendEvents(tx, [{ stream: `seating-plan-${seatingPlanId}`, type: 'SeatingPlanDeleted', data }], context);
    return accept(null);
  });
}
