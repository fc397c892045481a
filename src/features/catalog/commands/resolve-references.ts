import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import type { EventDetails } from '../domain/event-details.ts';
import type { EventInput, PerformerInput } from '../domain/event-input.ts';
import { fault, type InputRefusal } from '../domain/refusals.ts';
import type { SeatingPlans } from '../ports.ts';
import { findPerformersOfNames, keepPerformers } from '../store/performer-rows.ts';
import { ownsPlanAndSeries } from '../store/series-rows.ts';
import { readZoneOfKeptVenue } from '../store/venue-rows.ts';
import { findOrMakePerformer, findOrMakeVenue, type VenueChoice } from './find-or-make.ts';

interface PresentVenue {
  readonly venueId: number;
  readonly name: string;
  readonly address: string | null;
}

/**
 * The venue that the input means: by id, or by name and address (found, or made). In a change, whatever differs from
 * the present venue decides, so that an answer can be sent back with one of them edited. Null: stays as it is.
 */
export async function resolveVenue(
  tx: Queryable,
  input: EventInput,
  present: PresentVenue | null,
  context: CommandContext,
): Promise<Decision<VenueChoice | null, InputRefusal>> {
  if (input.venueId !== undefined && input.venueId !== present?.venueId) {
    const { venueId } = input;
    const timeZone = await readZoneOfKeptVenue(tx, { venueId, organizerId: context.organizerId });
    if (timeZone === undefined) return refuse(fault('VENUE_UNKNOWN', '/venueId', 'there is no such venue'));
    return accept({ venueId, timeZone });
  }
  const name = input.venue ?? present?.name;
  if (name === undefined) return refuse(fault('FIELD_MISSING', '/venue', 'venueId (or venue, its name) is needed'));
  const isRenamed = name !== present?.name;
  const address = input.venueAddress !== undefined ? input.venueAddress || null : isRenamed ? null : present.address;
  if (present && !isRenamed && address === present.address) return accept(null);
  const { timeZone } = input;
  return accept(await findOrMakeVenue(tx, { name, address, ...(timeZone && { timeZone }) }, context));
}

/** The performers that the input names, in its order, without repetition; null: stays as it is. */
export async function resolvePerformers(
  tx: Queryable,
  input: EventInput,
  context: CommandContext,
): Promise<Decision<readonly number[] | null, InputRefusal>> {
  const { organizerId } = context;
  const listed: readonly (PerformerInput | number)[] | undefined = input.performerIds ?? input.performers;
  if (!listed) return accept(null);
  const field = input.performerIds ? '/performerIds' : '/performers';
  const ids: (number | undefined)[] = listed.map((one) =>
    typeof one === 'number' ? one : typeof one === 'string' ? undefined : one.performerId,
  );
  const names = listed.map((one) => (typeof one === 'string' ? one : typeof one === 'number' ? undefined : one.name));
  const wanted = ids.filter((id) => id !== undefined);
  const known = await keepPerformers(tx, { performerIds: wanted, organizerId });
  for (const [i, id] of ids.entries()) {
    if (id === undefined && names[i] === undefined) {
      return refuse(fault('FIELD_MISSING', `${field}/${i}`, 'needs a performerId or a name'));
    }
    if (id !== undefined && !known.has(id)) {
      return refuse(fault('PERFORMER_UNKNOWN', `${field}/${i}`, 'there is no such performer'));
    }
  }
  // Made in the order of names: two requests that make the same performers then wait for each other instead of deadlocking.
  const named = new Set(names.filter((name, i): name is string => name !== undefined && ids[i] === undefined));
  const madeBy = new Map(await findPerformersOfNames(tx, { names: [...named], organizerId }));
  for (const name of [...named].sort()) {
    if (!madeBy.has(name)) madeBy.set(name, await findOrMakePerformer(tx, name, context));
  }
  return accept([...new Set(ids.map((id, i) => id ?? madeBy.get(names[i]!)!))]);
}

/** Refuses a seating plan or series that is not the organiser's; answers the plan's geometry. */
export async function resolvePlan(
  tx: Queryable,
  seating: SeatingPlans,
  details: EventDetails,
  context: CommandContext,
): Promise<Decision<SeatGeometry | null, InputRefusal>> {
  const { seatingPlanId, seriesId } = details;
  if (seatingPlanId === null && seriesId === null) return accept(null);
  const owned = await ownsPlanAndSeries(tx, { seatingPlanId, seriesId, organizerId: context.organizerId });
  if (seriesId !== null && !owned.series) {
    return refuse(fault('SERIES_UNKNOWN', '/seriesId', 'there is no such series'));
  }
  if (seatingPlanId === null) return accept(null);
  const geometry = owned.plan ? await seating.loadGeometry(tx, seatingPlanId) : null;
  return geometry
    ? accept(geometry)
    : refuse(fault('SEATING_PLAN_UNKNOWN', '/seatingPlanId', 'there is no such seating plan'));
}
