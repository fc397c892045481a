import type { Queryable } from '../../../platform/postgres/database.ts';
import type { PriceTerms } from '../../pricing/index.ts';
import type { EventFacts } from '../domain/search-document.ts';

export interface CountedEvent {
  readonly facts: EventFacts;
  readonly availableCapacity: number;
  readonly totalCapacity: number;
}

interface FactsRow {
  readonly event_id: number;
  readonly organizer_id: number;
  readonly title: string;
  readonly description: string | null;
  readonly type: string;
  readonly status: EventFacts['status'];
  readonly starts_at: Date;
  readonly ends_at: Date | null;
  readonly time_zone: string;
  readonly image_url: string | null;
  readonly currency: string;
  readonly on_sale_from: Date | null;
  readonly on_sale_until: Date | null;
  readonly total_capacity: number;
  readonly available_capacity: number;
  readonly venue_id: number;
  readonly venue: string;
  readonly city: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
  readonly performers: { performerId: number; name: string }[] | null;
  readonly lowest_price_minor: number | null;
  readonly service_fee: PriceTerms['serviceFee'];
  readonly tax: PriceTerms['tax'];
  readonly series_id: number | null;
  readonly previous_starts_at: Date | null;
  readonly shown_capacity: number;
  readonly shown_available: number;
}

const lockText = 'SELECT FROM events WHERE event_id = ANY ($1::int[]) ORDER BY event_id FOR NO KEY UPDATE';

/** The sale of an event lies within its own window and within that of its active ticket types. */
const factsText = `SELECT e.event_id, e.organizer_id, e.title, e.description, e.type, e.status, e.starts_at, e.ends_at,
    e.time_zone, e.image_url, e.currency, greatest(e.on_sale_from, t.sales_from) AS on_sale_from,
    least(e.on_sale_until, t.sales_until) AS on_sale_until, e.total_capacity, e.available_capacity,
    e.service_fee, e.tax, e.series_id, e.previous_starts_at, s.shown_capacity, s.shown_available,
    v.venue_id, v.name AS venue, v.city, v.latitude, v.longitude,
    p.performers, t.lowest_price_minor
  FROM events e JOIN venues v USING (venue_id)
  LEFT JOIN LATERAL (
    SELECT json_agg(json_build_object('performerId', performer_id, 'name', name) ORDER BY position) AS performers
    FROM event_performers JOIN performers USING (performer_id) WHERE event_id = e.event_id) p ON true
  LEFT JOIN LATERAL (
    SELECT min((rate ->> 'priceMinor')::bigint) AS lowest_price_minor,
      CASE WHEN bool_and(sales_from IS NOT NULL) THEN min(sales_from) END AS sales_from,
      CASE WHEN bool_and(sales_until IS NOT NULL) THEN max(sales_until) END AS sales_until
    FROM ticket_types, jsonb_array_elements(rates) rate
    WHERE event_id = e.event_id AND is_active AND NOT is_hidden) t ON true
  LEFT JOIN LATERAL (
    SELECT coalesce(sum(capacity), 0)::int AS shown_capacity, coalesce(sum(available_count), 0)::int AS shown_available
    FROM ticket_types WHERE event_id = e.event_id AND is_active AND NOT is_hidden) s ON true
  WHERE e.event_id = ANY ($1::int[]) AND e.is_active AND e.status <> 'draft'
  ORDER BY e.event_id`;

/**
 * What the catalogue says now of those of the events that are public. Locks the events first, so that two changes at once
 * do not overwrite each other's documents with older facts.
 */
export async function readEventFacts(tx: Queryable, eventIds: readonly number[]): Promise<CountedEvent[]> {
  await tx.query({ name: 'search-lock-events', text: lockText }, [eventIds]);
  const rows = await tx.query<FactsRow>({ name: 'search-read-facts', text: factsText }, [eventIds]);
  return rows.map((row) => ({
    facts: {
      eventId: row.event_id,
      organizerId: row.organizer_id,
      title: row.title,
      description: row.description,
      type: row.type,
      status: row.status,
      startsAt: row.starts_at.getTime(),
      endsAt: row.ends_at?.getTime() ?? null,
      timeZone: row.time_zone,
      imageUrl: row.image_url,
      currency: row.currency,
      onSaleFrom: row.on_sale_from?.getTime() ?? null,
      onSaleUntil: row.on_sale_until?.getTime() ?? null,
      venueId: row.venue_id,
      venue: row.venue,
      city: row.city,
      latitude: row.latitude,
      longitude: row.longitude,
      performers: row.performers ?? [],
      lowestPriceMinor: row.lowest_price_minor,
      terms: { serviceFee: row.service_fee, tax: row.tax },
      seriesId: row.series_id,
      previousStartsAt: row.previous_starts_at?.getTime() ?? null,
      hasTickets: row.total_capacity > 0,
    },
    ...placesForAll(row),
  }));
}

/** What nobody needs a code for; where all types are hidden, the whole. */
function placesForAll(row: FactsRow): Pick<CountedEvent, 'availableCapacity' | 'totalCapacity'> {
  if (row.shown_capacity === 0) return { availableCapacity: row.available_capacity, totalCapacity: row.total_capacity };
  return { availableCapacity: row.shown_available, totalCapacity: row.shown_capacity };
}

/** The ids of up to `limit` events whose documents were described in an earlier way. */
export async function listDescribedEarlier(connection: Queryable, version: number, limit: number): Promise<number[]> {
  const rows = await connection.query<{ id: number }>(
    `SELECT event_id AS id FROM search_documents WHERE described_as < $1::smallint
     ORDER BY described_as, event_id LIMIT $2`,
    [version, limit],
  );
  return rows.map(({ id }) => id);
}

/** How many events there are, drafts too. */
export async function countEvents(connection: Queryable): Promise<number> {
  const [row] = await connection.query<{ total: number }>('SELECT count(*) AS total FROM events');
  return row!.total;
}

/** The ids of up to `limit` events after one of them, in ascending order; drafts too. */
export async function listEventIdsAfter(connection: Queryable, after: number, limit: number): Promise<number[]> {
  const rows = await connection.query<{ id: number }>(
    'SELECT event_id AS id FROM events WHERE event_id > $1 ORDER BY event_id LIMIT $2',
    [after, limit],
  );
  return rows.map(({ id }) => id);
}
