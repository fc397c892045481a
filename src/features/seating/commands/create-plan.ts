import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import type { Fault } from '../domain/fault-list.ts';
import { contentHash, type PlanContent } from '../domain/plan-content.ts';
import { insertPlan, type SeatingPlanRow, venueExists } from '../store/seating-plans.ts';

export type VenueRefusal = { readonly code: 'VENUE_UNKNOWN'; readonly faults: readonly Fault[] };

export const venueUnknown: VenueRefusal = {
  code: 'VENUE_UNKNOWN',
  faults: [{ place: '/venueId', reason: 'there is no such venue' }],
};

/** Keeps a checked plan. Refuses a venue that does not exist. */
export function createPlan(
  database: TenantDatabase,
  content: PlanContent,
  context: CommandContext,
): Promise<Decision<SeatingPlanRow, VenueRefusal>> {
  return database.as(context).transaction(async (tx) => {
    const { plan, supplement = '{}', venueId = null } = content;
    if (venueId !== null && !(await venueExists(tx, context.organizerId, venueId))) {
      return refuse(venueUnknown);
    }
    const hash = contentHash(plan, supplement);
    const kept = { ...content, supplement, venueId, contentHash: hash };
    const row = await insertPlan(tx, context.organizerId, kept, new Date(context.now));
    const data = { seatingPlanId: row.seatingPlanId, name: row.name, seatCount: row.seatCount, contentHash: hash };
    await appendEvents(
      tx,
      [{ stream: `seating-plan-${row.seatingPlanId}`, type: 'SeatingPlanCreated', data }],
      context,
    );
    return accept(row);
  });
}
