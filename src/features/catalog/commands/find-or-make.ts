import type { CommandContext } from '../../../kernel/context.ts';
import { isPlaceZone } from '../../../kernel/time-zone.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { nearestVenue, type WhereVenue } from '../domain/same-venue.ts';
import { lockName } from '../store/name-lock.ts';
import { findPerformersOfNames, insertPerformer } from '../store/performer-rows.ts';
import { findSeriesOfName, insertSeries } from '../store/series-rows.ts';
import { findVenuesOfName, insertVenue } from '../store/venue-rows.ts';

/** A venue as a text form or an imported page describes it. */
export interface VenueDescription {
  readonly name: string;
  readonly address?: string | null;
  readonly city?: string | null;
  readonly region?: string | null;
  readonly postalCode?: string | null;
  readonly country?: string | null;
  readonly latitude?: number | null;
  readonly longitude?: number | null;
  readonly timeZone?: string;
}

export interface VenueChoice {
  readonly venueId: number;
  readonly timeZone: string;
}

/**
 * The organiser's venue of that name (case ignored) that is at the place that is described, as far as both are known; made
 * if there is none. Two requests at once make one venue: the second waits for the first.
 */
export async function findOrMakeVenue(
  tx: Queryable,
  venue: VenueDescription,
  context: CommandContext,
): Promise<VenueChoice & { made: boolean }> {
  const found = await findVenue(tx, venue, context);
  if (found) return { ...found, made: false };
  await lockName(tx, 'venue', { name: venue.name, organizerId: context.organizerId });
  const foundLater = await findVenue(tx, venue, context);
  if (foundLater) return { ...foundLater, made: false };
  const timeZone = venue.timeZone !== undefined && isPlaceZone(venue.timeZone) ? venue.timeZone : 'UTC';
  const details = { name: venue.name, ...whereOf(venue), timeZone };
  return { venueId: await insertVenue(tx, details, context), timeZone: details.timeZone, made: true };
}

/** The venue that {@link findOrMakeVenue} would not have to make. */
export async function findVenue(
  tx: Queryable,
  venue: VenueDescription,
  context: CommandContext,
): Promise<VenueChoice | undefined> {
  const named = await findVenuesOfName(tx, { name: venue.name, organizerId: context.organizerId });
  const found = nearestVenue(whereOf(venue), named);
  return found && { venueId: found.venueId, timeZone: found.timeZone };
}

function whereOf(venue: VenueDescription): WhereVenue {
  return {
    address: venue.address || null,
    city: venue.city || null,
    region: venue.region || null,
    postalCode: venue.postalCode || null,
    country: venue.country || null,
    latitude: venue.latitude ?? null,
    longitude: venue.longitude ?? null,
  };
}

/** The organiser's performer of that name (case ignored), made if there is none. */
export async function findOrMakePerformer(tx: Queryable, name: string, context: CommandContext): Promise<number> {
  const { organizerId } = context;
  const find = async () => (await findPerformersOfNames(tx, { names: [name], organizerId }))[0]?.[1];
  const found = await find();
  if (found !== undefined) return found;
  await lockName(tx, 'performer', { name, organizerId });
  const foundLater = await find();
  if (foundLater !== undefined) return foundLater;
  return insertPerformer(tx, { name, description: null, imageUrl: null }, context);
}

/** The organiser's series of that name (case ignored), made if there is none. */
export async function findOrMakeSeries(tx: Queryable, name: string, context: CommandContext): Promise<number> {
  const { organizerId } = context;
  await lockName(tx, 'series', { name, organizerId });
  return (await findSeriesOfName(tx, { name, organizerId })) ?? insertSeries(tx, name, context);
}
