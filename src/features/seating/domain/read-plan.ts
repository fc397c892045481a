import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { type Fault, FaultList } from './fault-list.ts';
import { planLimits, type SeatingPlan } from './plan.ts';
import { checkZones } from './plan-zones.ts';

export type PlanRefusal = { readonly code: 'PLAN_INVALID'; readonly faults: readonly Fault[] };

/**
 * Reads a seating plan out of parsed JSON. Refuses with every fault and its place (a JSON pointer), the first hundred
 * of them: missing, unknown and wrongly typed keys, a repeated `seat_guid`, a category that no category defines, sizes
 * and positions that are no numbers, no seat at all, more than {@link planLimits} allows. Never throws.
 */
export function readPlan(document: unknown): Decision<SeatingPlan, PlanRefusal> {
  const faults = new FaultList();
  if (faults.object(document, ['name', 'categories', 'zones', 'size'], [])) {
    faults.text(document, 'name', { min: 1, max: 200 });
    const categories = checkCategories(document, faults);
    faults.at('size', () => checkSize(document.size, faults));
    checkZones(document.zones, categories, faults);
  }
  if (!faults.isEmpty) return refuse({ code: 'PLAN_INVALID', faults: faults.list() });
  return accept(document as unknown as SeatingPlan);
}

function checkCategories(document: Record<string, unknown>, faults: FaultList): Set<string> {
  const names = new Set<string>();
  faults.each(document, 'categories', planLimits.categories, (category) => {
    if (!faults.object(category, ['name'], ['color'])) return;
    faults.text(category, 'color', { max: 50 });
    if (!faults.text(category, 'name', { min: 1, max: 100 })) return;
    const name = category.name as string;
    if (names.has(name)) faults.add(`the category ${JSON.stringify(name)} is defined twice`, 'name');
    names.add(name);
  });
  return names;
}

function checkSize(size: unknown, faults: FaultList): void {
  if (size === undefined || !faults.object(size, ['width', 'height'], [])) return;
  faults.number(size, 'width', { above: 0 });
  faults.number(size, 'height', { above: 0 });
}
