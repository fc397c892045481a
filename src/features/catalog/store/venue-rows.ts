import type { CommandContext } from '../../../kernel/context.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import type { WhereVenue } from '../domain/same-venue.ts';
import type { VenueDetails } from '../domain/venue-details.ts';

/** A row of `venues`. */
export interface VenueRow {
  venue_id: number;
  organizer_id: number;
  name: string;
  address: string | null;
  city: string | null;
  region: string | null;
  postal_code: string | null;
  country: string | null;
  latitude: number | null;
  longitude: number | null;
  time_zone: string;
  version: number;
  created_at: Date;
  updated_at: Date;
}

export function toVenueDetails(row: VenueRow): VenueDetails {
  return {
    name: row.name,
    address: row.address,
    city: row.city,
    region: row.region,
    postalCode: row.postal_code,
    country: row.country,
    latitude: row.latitude,
    longitude: row.longitude,
    timeZone: row.time_zone,
  };
}

function toColumns(venue: VenueDetails): unknown[] {
  return [
    venue.name,
    venue.address,
    venue.city,
    venue.region,
    venue.postalCode,
    venue.country,
    venue.latitude,
    venue.longitude,
    venue.timeZone,
  ];
}

/** Inserts the venue and appends it to the history. */
export async function insertVenue(tx: Queryable, venue: VenueDetails, context: CommandContext): Promise<number> {
  const [row] = await tx.query<{ venue_id: number }>(
    `INSERT INTO venues (organizer_id, created_at, updated_at, name, address, city, region, postal_code, country,
       latitude, longitude, time_zone)
     VALUES ($1, $2, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING venue_id`,
    [context.organizerId, new Date(context.now), ...toColumns(venue)],
  );
  const venueId = row!.venue_id;
  await appendEvents(tx, [{ stream: `venue-${venueId}`, type: 'VenueCreated', data: venue }], context);
  return venueId;
}

export async function updateVenueRow(tx: Queryable, venueId: number, venue: VenueDetails, now: number): Promise<void> {
  await tx.query(
    `UPDATE venues SET updated_at = $2, version = version + 1, name = $3, address = $4, city = $5, region = $6,
       postal_code = $7, country = $8, latitude = $9, longitude = $10, time_zone = $11
     WHERE venue_id = $1`,
    [venueId, new Date(now), ...toColumns(venue)],
  );
}

interface VenueId {
  readonly venueId: number;
  readonly organizerId: number;
}

/** The organiser's venue, locked against other changes until the transaction ends. */
export async function lockVenue(tx: Queryable, { venueId, organizerId }: VenueId): Promise<VenueRow | undefined> {
  const text = 'SELECT * FROM venues WHERE venue_id = $1 AND organizer_id = $2 FOR NO KEY UPDATE';
  const [row] = await tx.query<VenueRow>(text, [venueId, organizerId]);
  return row;
}

/** The time zone of the organiser's venue, which cannot be removed until the transaction ends; undefined if it has no such venue. */
export async function readZoneOfKeptVenue(
  tx: Queryable,
  { venueId, organizerId }: VenueId,
): Promise<string | undefined> {
  const text = 'SELECT time_zone FROM venues WHERE venue_id = $1 AND organizer_id = $2 FOR KEY SHARE';
  const [row] = await tx.query<{ time_zone: string }>({ name: 'venue-of-input', text }, [venueId, organizerId]);
  return row?.time_zone;
}

/** What a show takes over from the venue that it has. */
export async function readVenueOfShow(
  tx: Queryable,
  venueId: number,
): Promise<{ name: string; address: string | null; timeZone: string }> {
  const [row] = await tx.query<{ name: string; address: string | null; timeZone: string }>(
    'SELECT name, address, time_zone AS "timeZone" FROM venues WHERE venue_id = $1',
    [venueId],
  );
  return row!;
}

/** The organiser's venues of a name (case ignored), oldest first. */
export function findVenuesOfName(
  tx: Queryable,
  { name, organizerId }: { readonly name: string; readonly organizerId: number },
): Promise<(WhereVenue & { readonly venueId: number; readonly timeZone: string })[]> {
  return tx.query(
    {
      name: 'find-venues-of-name',
      text: `SELECT venue_id AS "venueId", time_zone AS "timeZone", address, city, region, postal_code AS "postalCode",
          country, latitude, longitude
        FROM venues WHERE organizer_id = $1 AND name_key = lower($2) ORDER BY venue_id`,
    },
    [organizerId, name],
  );
}
