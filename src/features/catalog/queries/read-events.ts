import type { EventBody, TicketTypeBody } from '../../../contract/catalog.ts';
import type { VenueBody } from '../../../contract/show-parts.ts';
import { toDuration, toIso, toLocalIso } from '../../../kernel/instant.ts';
import { toDecimal } from '../../../kernel/money.ts';
import type { Queryable } from '../../../platform/postgres/database.ts';
import { breakDown, type PriceTerms } from '../../pricing/index.ts';
import { toTermsBody } from '../domain/price-terms.ts';
import { type EventRow, toHoldLimits, toTerms } from '../store/event-rows.ts';
import { readTicketTypes, type TicketTypeRow } from '../store/ticket-type-rows.ts';
import type { VenueRow } from '../store/venue-rows.ts';
import { toVenueBody } from './read-venues.ts';
import type { Viewer } from './viewer.ts';

interface EventOfOrganizer extends EventRow {
  organizer_slug: string;
  organizer_name: string;
  organizer_guests: 'allowed' | 'refused';
}

interface PerformerOfEvent {
  event_id: number;
  performer_id: number;
  name: string;
  image_url: string | null;
}

/**
 * Some events as answers show them, with venue, performers and ticket types, in the order of the ids. Hidden ticket types
 * are shown to the organiser's staff alone.
 */
export async function readEvents(source: Queryable, eventIds: readonly number[], viewer: Viewer): Promise<EventBody[]> {
  if (eventIds.length === 0) return [];
  const rows = await source.query<EventOfOrganizer>(
    {
      name: 'read-events',
      text: `SELECT e.*, o.slug AS organizer_slug, o.name AS organizer_name,
          o.guests AS organizer_guests FROM events e JOIN organizers o USING (organizer_id)
        WHERE e.event_id = ANY($1::int[])`,
    },
    [eventIds],
  );
  const venueIds = [...new Set(rows.map((row) => row.venue_id))];
  const [venues, performers, types] = [
    await source.query<VenueRow>(
      { name: 'read-venues', text: 'SELECT * FROM venues WHERE venue_id = ANY($1::int[])' },
      [venueIds],
    ),
    await source.query<PerformerOfEvent>(
      {
        name: 'read-performers-of-events',
        text: `SELECT e.event_id, p.performer_id, p.name, p.image_url FROM event_performers e JOIN performers p USING (performer_id)
          WHERE e.event_id = ANY($1::int[]) ORDER BY e.event_id, e.position`,
      },
      [eventIds],
    ),
    await readTicketTypes(source, eventIds),
  ];
  const venueOf = new Map(venues.map((venue) => [venue.venue_id, toVenueBody(venue)]));
  const performersOf = Map.groupBy(performers, (performer) => performer.event_id);
  const typesOf = Map.groupBy(types, (type) => type.event_id);
  const rowOf = new Map(rows.map((row) => [row.event_id, row]));
  return eventIds.flatMap((eventId) => {
    const row = rowOf.get(eventId);
    const venue = row && venueOf.get(row.venue_id);
    if (!row || !venue) return [];
    const isOwn = viewer.kind === 'staff' && viewer.organizerId === row.organizer_id;
    const unlocked = viewer.kind === 'public' ? (viewer.unlocked ?? []) : [];
    const shown = (typesOf.get(eventId) ?? []).filter(
      (type) => isOwn || !type.is_hidden || unlocked.includes(type.ticket_type_id),
    );
    return [toEventBody(row, venue, performersOf.get(eventId) ?? [], shown)];
  });
}

function toEventBody(
  row: EventOfOrganizer,
  venue: VenueBody,
  performers: readonly PerformerOfEvent[],
  types: readonly TicketTypeRow[],
): EventBody {
  const iso = (date: Date | null) => (date === null ? null : toIso(date.getTime()));
  const startsAt = toIso(row.starts_at.getTime());
  const terms = toTerms(row);
  const shown = types.map((type) => toTicketTypeBody(type, row.currency, terms));
  const rates = shown.filter((type) => type.isActive).flatMap((type) => type.rates);
  return {
    id: row.event_id,
    eventId: row.event_id,
    organizer: { slug: row.organizer_slug, name: row.organizer_name },
    title: row.title,
    description: row.description,
    type: row.type,
    status: row.status,
    isActive: row.is_active,
    eventDate: startsAt,
    startsAt,
    localStart: toLocalIso(row.starts_at.getTime(), row.time_zone),
    previousStartsAt: iso(row.previous_starts_at),
    doorsAt: iso(row.doors_at),
    endsAt: iso(row.ends_at),
    duration: row.ends_at && toDuration(row.ends_at.getTime() - row.starts_at.getTime()),
    timeZone: row.time_zone,
    venue: venue.name,
    venueAddress: venue.address,
    venueId: row.venue_id,
    venueDetails: venue,
    performers: performers.map((performer) => ({
      performerId: performer.performer_id,
      name: performer.name,
      imageUrl: performer.image_url,
    })),
    seatingPlanId: row.seating_plan_id,
    seriesId: row.series_id,
    imageUrl: row.image_url,
    currency: row.currency,
    onSaleFrom: iso(row.on_sale_from),
    onSaleUntil: iso(row.on_sale_until),
    holdMinutes: row.hold_minutes,
    limitPerReservation: row.limit_per_reservation,
    limitPerCustomer: row.limit_per_customer,
    guests: row.guests,
    guestsAllowed: (row.guests ?? row.organizer_guests) === 'allowed',
    ...toTermsBody(terms, row.currency),
    cancellation: row.cancellation,
    asksAttendeeNames: row.asks_attendee_names,
    holdLimits: toHoldLimits(row),
    totalCapacity: row.total_capacity,
    availableCapacity: row.available_capacity,
    lowestPrice: rates.length === 0 ? null : Math.min(...rates.map(({ price }) => price)),
    lowestTotalPrice: rates.length === 0 ? null : Math.min(...rates.map(({ totalPrice }) => totalPrice)),
    ticketTypes: shown,
    publishedAt: iso(row.published_at),
    version: row.version,
    createdAt: toIso(row.created_at.getTime()),
    updatedAt: toIso(row.updated_at.getTime()),
  };
}

function toTicketTypeBody(row: TicketTypeRow, currency: string, terms: PriceTerms): TicketTypeBody {
  const rates = row.rates.map(({ name, priceMinor, limit, onlyWith }) => ({
    name,
    price: toDecimal(priceMinor, currency),
    ...toTotalPrice(priceMinor, currency, terms),
    ...(limit !== undefined && { limitPerReservation: limit }),
    ...(onlyWith !== undefined && { onlyWith }),
  }));
  return {
    id: row.ticket_type_id,
    ticketTypeId: row.ticket_type_id,
    eventId: row.event_id,
    name: row.name,
    description: row.description,
    price: rates[0]!.price,
    rates,
    currency,
    capacity: row.capacity,
    availableCount: row.available_count,
    categories: row.categories,
    salesFrom: row.sales_from === null ? null : toIso(row.sales_from.getTime()),
    salesUntil: row.sales_until === null ? null : toIso(row.sales_until.getTime()),
    isActive: row.is_active,
    isHidden: row.is_hidden,
    version: row.version,
    createdAt: toIso(row.created_at.getTime()),
    updatedAt: toIso(row.updated_at.getTime()),
  };
}

/** What one ticket costs its buyer, and what of it is fee and tax. */
function toTotalPrice(priceMinor: number, currency: string, terms: PriceTerms) {
  const { totalMinor, feeMinor, feePaidBy, taxMinor } = breakDown([{ priceMinor, isDiscounted: false }], terms, null);
  return {
    totalPrice: toDecimal(totalMinor, currency),
    serviceFee: feePaidBy === 'buyer' ? toDecimal(feeMinor, currency) : 0,
    tax: toDecimal(taxMinor, currency),
  };
}
