import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { contentHash, type PlanContent } from '../domain/plan-content.ts';
import {
  countUses,
  findPlan,
  lockPlan,
  replacePlan,
  type SeatingPlanRow,
  venueExists,
} from '../store/seating-plans.ts';
import { type VenueRefusal, venueUnknown } from './create-plan.ts';

export type UpdatePlanRefusal =
  | { readonly code: 'SEATING_PLAN_NOT_FOUND' }
  /** Tickets are numbered by the plan, so that its seats stay as they are once an event on it was published. */
  | { readonly code: 'PLAN_IN_USE'; readonly events: number }
  | VenueRefusal;

/**
 * Replaces a plan; a supplement or venue that is not said stays. The same content again changes nothing. Name and
 * venue may change at any time, the seats only until an event on the plan is published.
 */
export function updatePlan(
  database: TenantDatabase,
  seatingPlanId: number,
  content: PlanContent,
  context: CommandContext,
): Promise<Decision<SeatingPlanRow, UpdatePlanRefusal>> {
  return database.as(context).transaction(async (tx) => {
    if (!(await lockPlan(tx, context.organizerId, seatingPlanId))) return refuse({ code: 'SEATING_PLAN_NOT_FOUND' });
    const before = (await findPlan(tx, context.organizerId, seatingPlanId))!;
    const venueId = content.venueId === undefined ? before.venueId : content.venueId;
    if (venueId !== null && !(await venueExists(tx, context.organizerId, venueId))) {
      return refuse(venueUnknown);
    }
    const supplement = content.supplement ?? before.supplement;
    const hash = contentHash(content.plan, supplement);
    if (hash === before.contentHash && content.name === before.name && venueId === before.venueId)
      return accept(before);
    if (hash !== before.contentHash) {
      const { published } = await countUses(tx, seatingPlanId);
      if (published > 0) return refuse({ code: 'PLAN_IN_USE', events: published });
    }
    const kept = { ...content, supplement, venueId, contentHash: hash };
    const row = await replacePlan(tx, seatingPlanId, kept, new Date(context.now));
    const data = { seatingPlanId, name: row.name, seatCount: row.seatCount, contentHash: hash };
    await appendEvents(tx, [{ stream: `seating-plan-${seatingPlanId}`, type: 'SeatingPlanUpdated', data }], context);
    return accept(row);
  });
}
