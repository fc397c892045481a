import type { VenueBody } from '../../../contract/catalog.ts';
import { toIso } from '../../../kernel/instant.ts';

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

export function toVenueBody(row: VenueRow): VenueBody {
  return {
    venueId: row.venue_id,
    name: row.name,
    address: row.address,
    city: row.city,
    region: row.region,
    postalCode: row.postal_code,
    country: row.country,
    latitude: row.latitude,
    longitude: row.longitude,
    timeZone: row.time_zone,
    version: row.version,
    createdAt: toIso(row.created_at.getTime()),
    updatedAt: toIso(row.updated_at.getTime()),
  };
}
