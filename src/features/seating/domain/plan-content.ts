import { createHash } from 'node:crypto';
import { isOneLine } from '../../../kernel/clean-text.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import { countSeats } from './build-geometry.ts';
import type { Fault } from './fault-list.ts';
import { type PlanRefusal, readPlan } from './read-plan.ts';
import { readSupplement, type SupplementRefusal } from './supplement.ts';

/** A checked plan as it is kept: both documents as JSON text, and a hash by which the same content is known again. */
export interface PlanContent {
  readonly name: string;
  /** Undefined: not said, so that it stays as it is. */
  readonly venueId: number | null | undefined;
  readonly plan: string;
  /** Undefined: not said. */
  readonly supplement: string | undefined;
  readonly seatCount: number;
}

const wrapperKeys = ['name', 'venueId', 'plan', 'supplement'];
/** What an answer of ours has besides: ignored, so that an export can be sent back. */
const readOnlyKeys = ['seatingPlanId', 'seatCount', 'version', 'createdAt', 'updatedAt'];

/**
 * Reads what a client sends as a plan: the bare document, or `{name?, venueId?, plan, supplement?}`. Refuses with all
 * faults; their places are pointers into what was sent.
 */
export function readPlanContent(body: unknown): Decision<PlanContent, PlanRefusal | SupplementRefusal> {
  if (typeof body !== 'object' || body === null || !('plan' in body)) return readDocuments(body, undefined, '', {});
  const wrapper = body as { name?: unknown; venueId?: unknown; plan: unknown; supplement?: unknown };
  const faults: Fault[] = [];
  for (const key of Object.keys(body)) {
    if (!wrapperKeys.includes(key) && !readOnlyKeys.includes(key))
      faults.push({ place: `/${key}`, reason: 'this key is unknown' });
  }
  // Null is as absent, but for the venue: there it means none.
  const { venueId } = wrapper;
  const name = wrapper.name ?? undefined;
  const supplement = wrapper.supplement ?? undefined;
  if (name !== undefined && !(typeof name === 'string' && name.trim() && name.length <= 200 && isOneLine(name))) {
    faults.push({ place: '/name', reason: 'must be a text of 1 to 200 characters on one line' });
  }
  const isId = Number.isInteger(venueId) && (venueId as number) >= 1 && (venueId as number) <= 2_147_483_647;
  if (venueId !== undefined && venueId !== null && !isId) {
    faults.push({ place: '/venueId', reason: 'must be the id of a venue, or null' });
  }
  if (faults.length > 0) return refuse({ code: 'PLAN_INVALID', faults });
  const said = { ...(name !== undefined && { name: name as string }), venueId: venueId as number | null | undefined };
  return readDocuments(wrapper.plan, supplement, '/plan', said);
}

function readDocuments(
  document: unknown,
  supplement: unknown,
  place: string,
  said: { name?: string; venueId?: number | null | undefined },
): Decision<PlanContent, PlanRefusal | SupplementRefusal> {
  const plan = readPlan(document);
  if (!plan.accepted) return refuse(prefixed(plan.refusal, place));
  if (supplement !== undefined) {
    const read = readSupplement(supplement, plan.value);
    if (!read.accepted) return refuse(prefixed(read.refusal, '/supplement'));
  }
  return accept({
    name: said.name ?? plan.value.name,
    venueId: said.venueId,
    plan: JSON.stringify(plan.value),
    supplement: supplement === undefined ? undefined : JSON.stringify(supplement),
    seatCount: countSeats(plan.value),
  });
}

/** Two plans with the same hash are the same plan with the same supplement. */
export function contentHash(plan: string, supplement: string): string {
  return createHash('sha256').update(plan).update('\0').update(supplement).digest('hex');
}

function prefixed<R extends { readonly faults: readonly Fault[] }>(refusal: R, place: string): R {
  return { ...refusal, faults: refusal.faults.map((fault) => ({ ...fault, place: place + fault.place })) };
}
