import type { Queryable } from '../../../platform/postgres/database.ts';
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
}

const lockText = 'SELECT FROM events WHERE event_id = ANY ($1::int[]) ORDER BY event_id FOR NO KEY UPDATE';

/** The sale of an event lies within its own window and within that of its active ticket types. */
const factsText = `SELECT e.event_id, e.organizer_id, e.title, e.description, e.type, e.status, e.starts_at, e.ends_at,
    e.time_zone, e.image_url, e.currency, greatest(e.on_sale_from, t.sales_from) AS on_sale_from,
    least(e.on_sale_until, t.sales_until) AS on_sale_until, e.total_capacity, e.available_capacity,
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
      hasTickets: row.total_capacity > 0,
    },
    availableCapacity: row.available_capacity,
    totalCapacity: row.total_capacity,
  }));
}
