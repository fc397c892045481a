import type { CommandContext } from '../../../kernel/context.ts';
import { accept, type Decision, refuse } from '../../../kernel/decision.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { SeatGeometry } from '../../seating/domain/geometry.ts';
import type { EventDetails } from '../domain/event-details.ts';
import type { EventInput, PerformerInput } from '../domain/event-input.ts';
import { type CatalogRefusal, fault } from '../domain/refusals.ts';
import type { SeatingPlans } from '../ports.ts';
import { findOrMakePerformer, findOrMakeVenue, findPerformers, type VenueChoice } from './find-or-make.ts';

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
): Promise<Decision<VenueChoice | null, CatalogRefusal>> {
  if (input.venueId !== undefined && input.venueId !== present?.venueId) {
    const text = 'SELECT time_zone FROM venues WHERE venue_id = $1 AND organizer_id = $2 FOR KEY SHARE';
    const [row] = await tx.query<{ time_zone: string }>({ name: 'venue-of-input', text }, [
      input.venueId,
      context.organizerId,
    ]);
    if (!row) return refuse(fault('VENUE_UNKNOWN', '/venueId', 'there is no such venue'));
    return accept({ venueId: input.venueId, timeZone: row.time_zone });
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
): Promise<Decision<readonly number[] | null, CatalogRefusal>> {
  const given: readonly (PerformerInput | number)[] | undefined = input.performerIds ?? input.performers;
  if (!given) return accept(null);
  const field = input.performerIds ? '/performerIds' : '/performers';
  const ids: (number | undefined)[] = given.map((one) =>
    typeof one === 'number' ? one : typeof one === 'string' ? undefined : one.performerId,
  );
  const names = given.map((one) => (typeof one === 'string' ? one : typeof one === 'number' ? undefined : one.name));
  const wanted = ids.filter((id) => id !== undefined);
  const known = await lockPerformers(tx, wanted, context);
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
  const madeBy = new Map(await findPerformers(tx, [...named], context));
  for (const name of [...named].sort()) {
    if (!madeBy.has(name)) madeBy.set(name, await findOrMakePerformer(tx, name, context));
  }
  return accept([...new Set(ids.map((id, i) => id ?? madeBy.get(names[i]!)!))]);
}

/** Which of the performers there are, locked against their removal. */
async function lockPerformers(
  tx: Queryable,
  ids: readonly number[],
  { organizerId }: CommandContext,
): Promise<ReadonlySet<number>> {
  if (ids.length === 0) return new Set();
  const text =
    'SELECT performer_id FROM performers WHERE performer_id = ANY($1::int[]) AND organizer_id = $2 FOR KEY SHARE';
  const rows = await tx.query<{ performer_id: number }>({ name: 'lock-performers', text }, [ids, organizerId]);
  return new Set(rows.map((row) => row.performer_id));
}

/** Refuses a seating plan or series that is not the organiser's; answers the plan's geometry. */
export async function resolvePlan(
  tx: Queryable,
  seating: SeatingPlans,
  details: EventDetails,
  context: CommandContext,
): Promise<Decision<SeatGeometry | null, CatalogRefusal>> {
  const { seatingPlanId, seriesId } = details;
  if (seatingPlanId === null && seriesId === null) return accept(null);
  const [row] = await tx.query<{ plan: boolean; series: boolean }>(
    `SELECT EXISTS (SELECT FROM seating_plans WHERE seating_plan_id = $1 AND organizer_id = $3) AS plan,
       EXISTS (SELECT FROM event_series WHERE series_id = $2 AND organizer_id = $3) AS series`,
    [seatingPlanId, seriesId, context.organizerId],
  );
  if (seriesId !== null && !row!.series) {
    return refuse(fault('SERIES_UNKNOWN', '/seriesId', 'there is no such series'));
  }
  if (seatingPlanId === null) return accept(null);
  const geometry = row!.plan ? await seating.loadGeometry(tx, seatingPlanId) : null;
  return geometry
    ? accept(geometry)
    : refuse(fault('SEATING_PLAN_UNKNOWN', '/seatingPlanId', 'there is no such seating plan'));
}

/** Writes the performers of an event in their order, instead of those it had. */
export async function writePerformers(
  tx: Queryable,
  eventId: number,
  performerIds: readonly number[],
  context: CommandContext,
): Promise<void> {
  await tx.query('DELETE FROM event_performers WHERE event_id = $1', [eventId]);
  await addPerformers(tx, eventId, performerIds, context);
}

/** Writes the performers of an event that has none yet, in their order. */
export async function addPerformers(
  tx: Queryable,
  eventId: number,
  performerIds: readonly number[],
  context: CommandContext,
): Promise<void> {
  if (performerIds.length === 0) return;
  await tx.query(
    {
      name: 'add-performers',
      text: `INSERT INTO event_performers (event_id, performer_id, organizer_id, position)
        SELECT $1, p.performer_id, $3, p.ordinal FROM unnest($2::int[]) WITH ORDINALITY AS p(performer_id, ordinal)`,
    },
    [eventId, performerIds, context.organizerId],
  );
}
