import type { CommandContext } from '../../../kernel/context.ts';
import type { Decision } from '../../../kernel/decision.ts';
import { accept } from '../../../kernel/decision.ts';
import type { TenantDatabase } from '../../../platform/postgres/database.ts';
import { contentHash, type PlanContent } from '../domain/plan-content.ts';
import { countUses, findPlan, findPlansByName, type SeatingPlanRow } from '../store/seating-plans.ts';
import { createPlan, type VenueRefusal } from './create-plan.ts';
import { type UpdatePlanRefusal, updatePlan } from './update-plan.ts';

export interface ImportedPlan {
  readonly outcome: 'added' | 'updated' | 'unchanged';
  readonly row: SeatingPlanRow;
}

/**
 * Brings in a plan that may be here already, known by its name. Same content: unchanged. Other content: the newest plan
 * of that name is updated, unless published events use it; then the new content becomes a plan of its own beside it.
 */
export async function importPlan(
  database: TenantDatabase,
  content: PlanContent,
  context: CommandContext,
): Promise<Decision<ImportedPlan, VenueRefusal | UpdatePlanRefusal>> {
  const named = await findPlansByName(database.as(context), context.organizerId, content.name);
  for (const row of named) {
    const supplement =
      content.supplement ?? (await findPlan(database.as(context), context.organizerId, row.seatingPlanId))?.supplement;
    const same = row.contentHash === contentHash(content.plan, supplement ?? '{}');
    if (same && (content.venueId === undefined || content.venueId === row.venueId)) {
      return accept({ outcome: 'unchanged', row });
    }
  }
  const newest = named[0];
  if (newest && (await countUses(database.as(context), newest.seatingPlanId)).published === 0) {
    const updated = await updatePlan(database, newest.seatingPlanId, content, context);
    return updated.accepted ? accept({ outcome: 'updated', row: updated.value }) : updated;
  }
  const created = await createPlan(database, content, context);
  return created.accepted ? accept({ outcome: 'added', row: created.value }) : created;
}
