import type { Queryable, TenantDatabase } from '../../../platform/postgres/database.ts';
import { viewing } from '../../../platform/postgres/scope.ts';

export type WhenOfTicket = 'upcoming' | 'past' | 'cancelled';

/** A ticket that somebody has bought, with its show. Times are in ISO 8601: it is kept as JSON. */
export interface OwnedTicket {
  readonly ticketId: string;
  readonly ticketNumber: string | null;
  readonly bookingId: string;
  readonly orderedAt: string;
  readonly reservationId: string;
  readonly status: string;
  readonly when: WhenOfTicket;
  readonly ticketType: string;
  readonly rate: string | null;
  readonly priceMinor: number | null;
  readonly currency: string;
  readonly seatGuid: string | null;
  readonly zone: string | null;
  readonly rowLabel: string | null;
  readonly seatNumber: string | null;
  readonly eventId: number;
  readonly title: string;
  readonly type: string;
  readonly eventStatus: string;
  readonly startsAt: string;
  readonly endsAt: string | null;
  readonly timeZone: string;
  readonly venue: string;
  readonly city: string | null;
  readonly imageUrl: string | null;
}

type Row = Omit<OwnedTicket, 'orderedAt' | 'startsAt' | 'endsAt'> & {
  readonly orderedAt: Date;
  readonly startsAt: Date;
  readonly endsAt: Date | null;
};

const kept = `b.status IN ('completed', 'cancelled')`;

// A booking names its tickets and their event: no index by booking is needed, which every sale would have to pay for.
const select = (order: 'ASC' | 'DESC') => ({
  name: `owned-tickets-${order}`,
  text: `SELECT * FROM (
      SELECT t.ticket_id AS "ticketId", t.ticket_number AS "ticketNumber", b.booking_id AS "bookingId", b.created_at AS "orderedAt",
        b.reservation_id AS "reservationId", t.status,
        CASE WHEN t.status = 'Cancelled' OR e.status = 'cancelled' THEN 'cancelled'
          WHEN coalesce(e.ends_at, e.starts_at) < $2 AND e.status <> 'postponed' THEN 'past' ELSE 'upcoming' END AS "when",
        y.name AS "ticketType", t.rate, t.price_minor AS "priceMinor", b.currency, t.seat_guid AS "seatGuid", t.zone,
        t.row_label AS "rowLabel", t.seat_number AS "seatNumber", e.event_id AS "eventId", e.title, e.type, e.status AS "eventStatus",
        e.starts_at AS "startsAt", e.ends_at AS "endsAt", e.time_zone AS "timeZone", v.name AS venue, v.city, e.image_url AS "imageUrl"
      FROM bookings b CROSS JOIN LATERAL unnest(b.ticket_ids) AS booked(ticket_id)
      JOIN tickets t ON t.event_id = b.event_id AND t.ticket_id = booked.ticket_id AND t.booking_id = b.booking_id
      JOIN events e ON e.event_id = b.event_id JOIN ticket_types y USING (ticket_type_id) JOIN venues v USING (venue_id)
      WHERE b.session_id = ANY($1::text[]) AND ${kept}
    ) AS mine
    WHERE ($3::text IS NULL OR "when" = $3)
      AND ($4::timestamptz IS NULL OR ("startsAt", "ticketId") ${order === 'ASC' ? '>' : '<'} ($4, $5::uuid))
    ORDER BY "startsAt" ${order}, "ticketId" ${order} LIMIT $6`,
});
const soonestFirst = select('ASC');
const latestFirst = select('DESC');

/** The tickets of these owners, at most `limit`: what is ahead or of any time soonest first, what is over latest first. */
export async function readOwnedTickets(
  database: TenantDatabase,
  question: {
    readonly owners: readonly string[];
    readonly when: WhenOfTicket | null;
    readonly after: readonly [startsAt: string, ticketId: string] | null;
    readonly limit: number;
    readonly now: number;
  },
): Promise<OwnedTicket[]> {
  const { owners, when, limit, after, now } = question;
  const statement = when === 'past' || when === 'cancelled' ? latestFirst : soonestFirst;
  const [startsAt = null, ticketId = null] = after ?? [];
  const rows = await database
    .as(viewing(null, owners))
    .query<Row>(statement, [owners, new Date(now), when, startsAt, ticketId, limit]);
  return rows.map((row) => ({
    ...row,
    orderedAt: row.orderedAt.toISOString(),
    startsAt: row.startsAt.toISOString(),
    endsAt: row.endsAt?.toISOString() ?? null,
  }));
}

/**
 * What changes with everything that {@link readOwnedTickets} says of an owner but the hour: versions of the bookings, of their shows,
 * venues and ticket types. No ticket of a booking changes without its booking (staff move only those that have none), so the tickets
 * themselves, which are many, need not be looked at.
 */
const stamp = `coalesce((
  SELECT md5(string_agg(concat_ws(' ', b.booking_id, b.version, e.version, v.version, y.versions), ',' ORDER BY b.booking_id))
  FROM bookings b JOIN events e USING (event_id) JOIN venues v USING (venue_id) CROSS JOIN LATERAL (
    SELECT string_agg(ticket_type_id || '.' || version, ' ' ORDER BY ticket_type_id) AS versions
    FROM ticket_types WHERE event_id = e.event_id) AS y
  WHERE b.session_id = asked.owner AND ${kept}), '')`;
const stamps = `SELECT asked.owner, ${stamp} AS stamp FROM unnest($1::text[]) AS asked(owner)`;
const stampWithNames = {
  name: 'owned-tickets-stamp',
  text: `SELECT ${stamp} AS stamp, coalesce((
      SELECT json_object_agg(a.reservation_id || ' ' || a.ticket_id, a.name)
      FROM bookings b JOIN ticket_attendees a USING (reservation_id) WHERE b.session_id = asked.owner AND ${kept}), '{}') AS names
    FROM (SELECT $1::text) AS asked(owner)`,
};

/** The stamp of an owner's tickets, and who comes with them, by reservation and ticket: names are kept nowhere else. */
export async function readStampAndNames(
  bypassingRls: Queryable,
  owner: string,
): Promise<{ readonly stamp: string; readonly names: ReadonlyMap<string, string> }> {
  const [row] = await bypassingRls.query<{ stamp: string; names: Record<string, string> }>(stampWithNames, [owner]);
  return { stamp: row!.stamp, names: new Map(Object.entries(row!.names)) };
}

/** The stamps of several owners. */
export async function readStamps(
  bypassingRls: Queryable,
  owners: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await bypassingRls.query<{ owner: string; stamp: string }>(stamps, [owners]);
  return new Map(rows.map(({ owner, stamp }) => [owner, stamp]));
}
