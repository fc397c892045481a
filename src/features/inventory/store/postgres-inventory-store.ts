import type { Instant } from '../../../kernel/instant.ts';
import { arrayText } from '../../../platform/postgres/array-text.ts';
import type { WalledDatabase } from '../../../platform/postgres/database.ts';
import { type JournaledHold, type PlaceRow, type PlaceState, placeState, type Rate } from '../domain/types.ts';
import type { EventForSale, InventoryStore } from './inventory-store.ts';

const placesPerChunk = 5_000;
/** Holds that expired this recently are read too: their owners hear "expired" and not "unknown" after a restart. */
const rememberExpiredMs = 15 * 60_000;

const selectEvent = {
  name: 'inventory-event',
  text: `SELECT event_id, e.organizer_id, title, currency, status, is_active, starts_at, ends_at, on_sale_from, on_sale_until,
      hold_minutes, limit_per_reservation, limit_per_customer, asks_attendee_names, e.seating_plan_id, published_at, p.content_hash
    FROM events e LEFT JOIN seating_plans p ON p.seating_plan_id = e.seating_plan_id WHERE event_id = $1`,
};

const selectTypes = {
  name: 'inventory-types',
  text: `SELECT ticket_type_id, name, rates, is_active, sales_from, sales_until, categories IS NOT NULL AS seated
    FROM ticket_types WHERE event_id = $1 ORDER BY position, ticket_type_id`,
};

const placeColumns = `place_no AS "placeNo", ticket_id AS "ticketId", ticket_type_id AS "ticketTypeId",
  CASE WHEN status = 'Available' THEN ${placeState.available}
    WHEN status = 'Sold' THEN ${placeState.sold}
    WHEN booking_id IS NULL THEN ${placeState.blocked}
    ELSE ${placeState.reserved} END AS state`;

const selectPlaces = {
  name: 'inventory-places',
  text: `SELECT ${placeColumns} FROM tickets WHERE event_id = $1 AND live AND place_no >= $2 ORDER BY place_no LIMIT $3`,
};

const selectPlacesOf = {
  name: 'inventory-places-of',
  text: `SELECT ${placeColumns} FROM tickets WHERE event_id = $1 AND ticket_id = ANY($2::uuid[]) AND live`,
};

interface EventRow {
  event_id: number;
  organizer_id: number;
  title: string;
  currency: string;
  status: string;
  is_active: boolean;
  starts_at: Date;
  ends_at: Date | null;
  on_sale_from: Date | null;
  on_sale_until: Date | null;
  hold_minutes: number;
  limit_per_reservation: number;
  limit_per_customer: number | null;
  asks_attendee_names: boolean;
  seating_plan_id: number | null;
  published_at: Date | null;
  content_hash: string | null;
}

interface TypeRow {
  ticket_type_id: number;
  name: string;
  rates: Rate[];
  is_active: boolean;
  sales_from: Date | null;
  sales_until: Date | null;
  seated: boolean;
}

/** The inventory's records in PostgreSQL. Ledgers are everybody's, so they are read past the wall between organisers. */
export function createPostgresInventoryStore({ system: database }: WalledDatabase): InventoryStore {
  return {
    async loadEvent(eventId) {
      const [event] = await database.query<EventRow>(selectEvent, [eventId]);
      if (!event) return null;
      const types = await database.query<TypeRow>(selectTypes, [eventId]);
      return toEventForSale(event, types);
    },
    async loadPlaces(eventId) {
      const places: PlaceRow[] = [];
      for (;;) {
        const from = places.length === 0 ? 0 : places.at(-1)!.placeNo + 1;
        const chunk = await database.query<PlaceRow & { state: PlaceState }>(selectPlaces, [
          eventId,
          from,
          placesPerChunk,
        ]);
        for (const place of chunk) places.push(place);
        if (chunk.length < placesPerChunk) return places;
      }
    },
    loadPlacesOf: (eventId, ticketIds) => database.query<PlaceRow>(selectPlacesOf, [eventId, ticketIds]),
    async loadHolds(eventId, now) {
      const rows = await database.query<{ hold: JournaledHold }>(
        'SELECT hold FROM hold_journal WHERE event_id = $1 AND expires_at > $2',
        [eventId, new Date(now - rememberExpiredMs)],
      );
      return rows.map((row) => row.hold);
    },
    async loadBoughtBy(eventId) {
      const rows = await database.query<{ session: string; count: number }>(
        `SELECT b.session_id AS session, count(*) AS count FROM tickets t JOIN bookings b USING (booking_id)
         WHERE t.event_id = $1 AND t.status IN ('Reserved', 'Sold') AND b.session_id IS NOT NULL GROUP BY 1`,
        [eventId],
      );
      return new Map(rows.map(({ session, count }) => [session, count]));
    },
    async findEventOfTicket(ticketId) {
      const statement = { name: 'event-of-ticket', text: 'SELECT event_id FROM tickets WHERE ticket_id = $1' };
      const [row] = await database.query<{ event_id: number }>(statement, [ticketId]);
      return row?.event_id ?? null;
    },
    async findReservationOfTicket(ticketId) {
      const [row] = await database.query<{ reservation_id: string }>(
        'SELECT reservation_id FROM tickets JOIN bookings USING (booking_id) WHERE ticket_id = $1',
        [ticketId],
      );
      return row?.reservation_id ?? null;
    },
    async forgetHolds(before) {
      await database.query('DELETE FROM hold_journal WHERE expires_at < $1', [new Date(before)]);
    },
    async saveJournal(kept, ended) {
      await database.transaction(async (tx) => {
        if (ended.length > 0)
          await tx.query('DELETE FROM hold_journal WHERE reservation_id = ANY($1::text[])', [arrayText(ended)]);
        if (kept.length === 0) return;
        await tx.query(
          `INSERT INTO hold_journal (reservation_id, event_id, hold, expires_at, organizer_id)
           SELECT h.*, e.organizer_id
           FROM unnest($1::text[], $2::int[], $3::json[], $4::timestamptz[]) AS h(reservation_id, event_id, hold, expires_at)
           JOIN events e USING (event_id)
           ON CONFLICT (reservation_id) DO UPDATE SET hold = excluded.hold, expires_at = excluded.expires_at`,
          [
            arrayText(kept.map(({ hold }) => hold.reservationId)),
            arrayText(kept.map(({ eventId }) => eventId)),
            arrayText(kept.map(({ hold }) => JSON.stringify(hold))),
            arrayText(kept.map(({ hold }) => new Date(hold.expiresAt).toISOString())),
          ],
        );
      });
    },
  };
}

function toEventForSale(event: EventRow, types: readonly TypeRow[]): EventForSale {
  const isPublic = event.is_active && event.status !== 'draft';
  // Doors may close late, but nobody buys a ticket to a show that is over (or has begun, if its end is not known).
  const endsAt = (event.ends_at ?? event.starts_at).getTime();
  return {
    isPublic,
    seatingPlanId: event.seating_plan_id,
    seatMapHash: event.content_hash,
    rules: {
      eventId: event.event_id,
      organizerId: event.organizer_id,
      title: event.title,
      currency: event.currency,
      isSelling: isPublic && event.status === 'published' && event.published_at !== null,
      onSaleFrom: toInstant(event.on_sale_from),
      onSaleUntil: Math.min(endsAt, toInstant(event.on_sale_until) ?? endsAt),
      holdMs: event.hold_minutes * 60_000,
      limitPerReservation: event.limit_per_reservation,
      limitPerCustomer: event.limit_per_customer,
      asksAttendeeNames: event.asks_attendee_names,
      types: types.map((type) => ({
        ticketTypeId: type.ticket_type_id,
        name: type.name,
        rates: type.rates,
        isActive: type.is_active,
        salesFrom: toInstant(type.sales_from),
        salesUntil: toInstant(type.sales_until),
        seated: type.seated,
      })),
    },
  };
}

function toInstant(date: Date | null): Instant | null {
  return date === null ? null : date.getTime();
}
