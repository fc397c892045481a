import type { CommandContext } from '../../../kernel/context.ts';
import { appendEvents } from '../../../platform/event-store/append-events.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
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

/** Inserts the venue and tells the history. */
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
