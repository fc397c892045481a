import type { CommandContext } from '../../../kernel/context.ts';
import { isPlaceZone } from '../../../kernel/time-zone.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { nearestVenue, type WhereVenue } from '../domain/same-venue.ts';
import { insertPerformer } from '../store/performer-rows.ts';
import { insertVenue } from '../store/venue-rows.ts';

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
  await lockName(tx, 'venue', venue.name, context);
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
  const named = await tx.query<WhereVenue & VenueChoice>(
    {
      name: 'find-venues-of-name',
      text: `SELECT venue_id AS "venueId", time_zone AS "timeZone", address, city, region, postal_code AS "postalCode",
          country, latitude, longitude
        FROM venues WHERE organizer_id = $1 AND name_key = lower($2) ORDER BY venue_id`,
    },
    [context.organizerId, venue.name],
  );
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
  const find = async () => (await findPerformers(tx, [name], context))[0]?.[1];
  const found = await find();
  if (found !== undefined) return found;
  await lockName(tx, 'performer', name, context);
  const foundLater = await find();
  if (foundLater !== undefined) return foundLater;
  return insertPerformer(tx, { name, description: null, imageUrl: null }, context);
}

/** The organiser's performers of those names (case ignored), as far as there are any. */
export async function findPerformers(
  tx: Queryable,
  names: readonly string[],
  { organizerId }: CommandContext,
): Promise<[name: string, performerId: number][]> {
  if (names.length === 0) return [];
  const rows = await tx.query<{ name: string; performer_id: number }>(
    {
      name: 'find-performers',
      text: `SELECT named.name, found.performer_id FROM unnest($2::text[]) AS named(name) CROSS JOIN LATERAL (
          SELECT performer_id FROM performers WHERE organizer_id = $1 AND name_key = lower(named.name)
          ORDER BY performer_id LIMIT 1) AS found`,
    },
    [organizerId, names],
  );
  return rows.map((row) => [row.name, row.performer_id]);
}

/** The organiser's series of that name (case ignored), made if there is none. */
export async function findOrMakeSeries(tx: Queryable, name: string, context: CommandContext): Promise<number> {
  await lockName(tx, 'series', name, context);
  const [found] = await tx.query<{ series_id: number }>(
    'SELECT series_id FROM event_series WHERE organizer_id = $1 AND lower(name) = lower($2) ORDER BY series_id LIMIT 1',
    [context.organizerId, name],
  );
  if (found) return found.series_id;
  const [row] = await tx.query<{ series_id: number }>(
    'INSERT INTO event_series (organizer_id, name) VALUES ($1, $2) RETURNING series_id',
    [context.organizerId, name],
  );
  const seriesId = row!.series_id;
  await appendEvents(tx, [{ stream: `series-${seriesId}`, type: 'SeriesCreated', data: { name } }], context);
  return seriesId;
}

async function lockName(tx: Queryable, kind: string, name: string, context: CommandContext): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
    `onsale ${kind} ${context.organizerId} ${name.toLowerCase()}`,
  ]);
}
