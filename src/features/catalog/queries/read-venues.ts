import type { PageOf } from '../../../contract/common.ts';
import type { VenueBody } from '../../../contract/show-parts.ts';
import { toIso } from '../../../kernel/instant.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { toVenueDetails, type VenueRow } from '../store/venue-rows.ts';
import { pageById } from './page-by-id.ts';

export async function findVenue(source: Queryable, venueId: number): Promise<VenueBody | null> {
  const [row] = await source.query<VenueRow>('SELECT * FROM venues WHERE venue_id = $1', [venueId]);
  return row ? toVenueBody(row) : null;
}

/** Venues by id. Throws `Refused` (`CURSOR_INVALID`) for a cursor that is not ours. */
export function listVenues(source: Queryable, page: { limit: number; cursor?: string }): Promise<PageOf<VenueBody>> {
  return pageById(source, { table: 'venues', id: 'venue_id', ...page }, toVenueBody);
}

export function toVenueBody(row: VenueRow): VenueBody {
  return {
    id: row.venue_id,
    venueId: row.venue_id,
    ...toVenueDetails(row),
    version: row.version,
    createdAt: toIso(row.created_at.getTime()),
    updatedAt: toIso(row.updated_at.getTime()),
  };
}
